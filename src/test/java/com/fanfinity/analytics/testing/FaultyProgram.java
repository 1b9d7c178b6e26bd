package com.fanfinity.analytics.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A script that replaces a program on the PATH and lets chosen calls fail.
///
/// @param directory a directory for the script alone
/// @param word only calls with this word count: in their arguments, or on standard input if an argument is `-`
public record FaultyProgram(Path directory, String program, String word) {

    private static final String SCRIPT = """
            #!/bin/sh
            dir=$(dirname "$0")
            PATH=${PATH#"$dir":}
            input=
            case " $* " in
              *" - "*) input=$(cat) ;;
            esac
            case "$* $input" in
              *"WORD"*)
                echo >>"$dir/calls"
                case " $FAILING " in
                  *" $(wc -l <"$dir/calls" | tr -d ' ') "*) echo 'fails as requested' >&2 && exit 22 ;;
                esac
                ;;
            esac
            if [ -n "$input" ]; then
              printf '%s\\n' "$input" | "PROGRAM" "$@"
            else
              exec "PROGRAM" "$@"
            fi
            """;

    /// @param failing the numbers of the failing calls, from 1
    /// @return the environment for a script under test
    public Map<String, String> environment(List<Integer> failing) throws IOException {
        Path script = directory.resolve(program);
        Files.deleteIfExists(directory.resolve("calls"));
        Files.writeString(script, SCRIPT.replace("WORD", word).replace("PROGRAM", program));
        if (!script.toFile().setExecutable(true)) {
            throw new IOException("cannot make executable: " + script);
        }
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", directory + ":" + System.getenv("PATH"));
        environment.put("FAILING", failing.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        return environment;
    }
}
