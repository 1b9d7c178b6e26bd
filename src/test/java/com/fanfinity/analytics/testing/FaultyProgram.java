package com.fanfinity.analytics.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Stands before a program of the PATH, for scripts: it is told which of its calls fail.
///
/// @param directory of its own
/// @param word the calls that count are those with it in their arguments, or on standard input if one of these is `-`
public record FaultyProgram(Path directory, String program, String word) {

    private static final String SCRIPT = """
            #!/bin/sh
            here=$(dirname "$0")
            PATH=${PATH#"$here":}
            input=
            case " $* " in
              *" - "*) input=$(cat) ;;
            esac
            case "$* $input" in
              *"WORD"*)
                echo >>"$here/calls"
                case " $FAILING " in
                  *" $(wc -l <"$here/calls" | tr -d ' ') "*) echo 'fails as it was told' >&2 && exit 22 ;;
                esac
                ;;
            esac
            if [ -n "$input" ]; then
              printf '%s\\n' "$input" | "PROGRAM" "$@"
            else
              exec "PROGRAM" "$@"
            fi
            """;

    /// @param failing which of the calls, the first being 1
    /// @return of a script that is to meet it
    public Map<String, String> environment(List<Integer> failing) throws IOException {
        Path script = directory.resolve(program);
        Files.deleteIfExists(directory.resolve("calls"));
        Files.writeString(script, SCRIPT.replace("WORD", word).replace("PROGRAM", program));
        if (!script.toFile().setExecutable(true)) {
            throw new IOException("cannot be made executable: " + script);
        }
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", directory + ":" + System.getenv("PATH"));
        environment.put("FAILING", failing.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        return environment;
    }
}
