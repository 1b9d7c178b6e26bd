import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/// A step of the image build. It fails if `modules.txt` lacks a module that the jars need according to jdeps.
///
///     java Modules.java <modules.txt> <jar> <directory of its libraries>
final class Modules {
    private Modules() {}

    static void main(String[] args) throws IOException {
        Set<String> named = Files.readAllLines(Path.of(args[0])).stream()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
        StringWriter found = new StringWriter();
        PrintWriter out = new PrintWriter(found);
        int exit = ToolProvider.findFirst("jdeps").orElseThrow().run(out, out, "--multi-release", "25",
                "--ignore-missing-deps",
                "--print-module-deps", "--recursive", "--class-path", args[2] + "/*", args[1]);
        Set<String> missing = new TreeSet<>(Set.of(found.toString().strip().split(",")));
        missing.removeAll(named);
        if (exit != 0 || !missing.isEmpty()) {
            System.err.println("modules.txt lacks " + missing);
            System.exit(1);
        }
        System.out.println("modules.txt has all modules that jdeps finds");
    }
}
