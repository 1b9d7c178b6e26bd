import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// A step of the image build that removes native code from the jars. Code for this platform goes to a directory of its
/// own, so that the service needs no writable directory that allows execution. Code for other platforms is dropped
/// (78 of 115 MB).
///
///     java Natives.java <directory of jars> <directory for native code>
///
/// A jar with native code that is not in `KNOWN` fails the build, because its lookup name is unknown.
final class Natives {

    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|jnilib|dll|dylib)(\\.\\w+)?");

    /// All entries and jars get this time, because the AOT cache is valid only for the same modification times.
    private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    /// A library with native code.
    ///
    /// @param entry the pattern of the jar entry with the code, with `%s` for the platform
    /// @param file the file name that the library looks for
    /// @param platform `os.arch` → the library's name of that platform
    private record Library(String entry, String file, Map<String, String> platform) {}

    private static final Map<String, Library> KNOWN = Map.of(
            "rocksdbjni-", new Library("librocksdbjni-linux%s\\.so", "librocksdbjni.so",
                    Map.of("amd64", "64", "aarch64", "-aarch64")),
            "snappy-java-",
            new Library("org/xerial/snappy/native/Linux/%s/libsnappyjava\\.so", "libsnappyjava.so",
                    Map.of("amd64", "x86_64", "aarch64", "aarch64")),
            "zstd-jni-", new Library("linux/%s/libzstd-jni-.*\\.so", "libzstd-jni.so",
                    Map.of("amd64", "amd64", "aarch64", "aarch64")),
            "lz4-java-",
            new Library("net/jpountz/util/linux/%s/liblz4-java\\.so", "liblz4-java.so",
                    Map.of("amd64", "amd64", "aarch64", "aarch64")));

    private Natives() {}

    static void main(String[] args) throws IOException {
        Path jars = Path.of(args[0]);
        Path natives = Files.createDirectories(Path.of(args[1]));
        List<Path> all;
        try (Stream<Path> files = Files.list(jars)) {
            all = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        for (Path jar : all) {
            if (hasNativeCode(jar)) {
                split(jar, natives);
            }
            Files.setLastModifiedTime(jar, TIME);
        }
        List<String> missing = KNOWN.values().stream().map(Library::file)
                .filter(file -> !Files.exists(natives.resolve(file))).toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException("no jar has native code for this platform: " + missing);
        }
    }

    private static boolean hasNativeCode(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().anyMatch(entry -> NATIVE.matcher(entry.getName()).matches());
        }
    }

    private static void split(Path jar, Path natives) throws IOException {
        String name = jar.getFileName().toString();
        Library library = KNOWN.entrySet().stream().filter(known -> name.startsWith(known.getKey())).map(Map.Entry::getValue).findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " has native code "
                        + "but is not in KNOWN of Natives.java"));
        String arch = System.getProperty("os.arch");
        Pattern ours = Pattern.compile(library.entry().formatted(library.platform().get(arch)));
        Path smaller = jar.resolveSibling(name + ".smaller");
        try (ZipFile zip = new ZipFile(jar.toFile()); OutputStream out = Files.newOutputStream(smaller);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            for (Enumeration<? extends ZipEntry> from = zip.entries(); from.hasMoreElements();) {
                ZipEntry entry = from.nextElement();
                try (InputStream content = zip.getInputStream(entry)) {
                    if (ours.matcher(entry.getName()).matches()) {
                        Path file = natives.resolve(library.file());
                        Files.copy(content, file);
                        Files.setLastModifiedTime(file, TIME);
                    } else if (!NATIVE.matcher(entry.getName()).matches()) {
                        ZipEntry copy = new ZipEntry(entry.getName());
                        copy.setLastModifiedTime(TIME);
                        entries.putNextEntry(copy);
                        content.transferTo(entries);
                    }
                }
            }
        }
        Files.move(smaller, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
