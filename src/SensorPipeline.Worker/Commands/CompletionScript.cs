using System.CommandLine;
using System.Text;

namespace SensorPipeline.Worker.Commands;

/// <summary>Completion scripts of three shells. The words are part of the script: asking the program at each key would be slow.</summary>
internal static class CompletionScript
{
    private const string Program = "sensor-pipeline";

    /// <summary>For bash 4 and later.</summary>
    public static string Bash(IReadOnlyList<Command> commands)
    {
        var cases = new StringBuilder();
        foreach (Command command in commands.Where(command => Words(command).Any()))
        {
            cases.Append($"        {command.Name}) words='{string.Join(' ', Words(command))}' ;;\n");
        }

        return $$"""
            # {{Program}}: source <({{Program}} completion bash)
            _sensor_pipeline() {
                local current="${COMP_WORDS[COMP_CWORD]}" words=''
                case "${COMP_WORDS[1]}" in
            {{cases}}    esac
                [ "$COMP_CWORD" -eq 1 ] && words='{{string.Join(' ', commands.Select(command => command.Name))}} --help --version'
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -o default -F _sensor_pipeline {{Program}}

            """.ReplaceLineEndings("\n");
    }

    /// <summary>For zsh.</summary>
    public static string Zsh(IReadOnlyList<Command> commands)
    {
        var cases = new StringBuilder();
        foreach (Command command in commands)
        {
            IEnumerable<string> options = command.Options.Select(option => $"{Quote($"{option.Name}[{Plain(option.Description)}]")}");
            cases.Append($"        {command.Name}) _arguments {string.Join(' ', options)} '*:file:_files' ;;\n");
        }

        return $$"""
            #compdef {{Program}}
            _sensor_pipeline() {
                if (( CURRENT == 2 )); then
                    local -a commands=({{string.Join(' ', commands.Select(command => Quote($"{command.Name}:{Plain(command.Description)}")))}})
                    _describe command commands
                    return
                fi
                case $words[2] in
            {{cases}}    esac
            }
            compdef _sensor_pipeline {{Program}}

            """.ReplaceLineEndings("\n");
    }

    /// <summary>For fish.</summary>
    public static string Fish(IReadOnlyList<Command> commands)
    {
        var lines = new StringBuilder();
        foreach (Command command in commands)
        {
            lines.Append($"complete -c {Program} -f -n __fish_use_subcommand -a {command.Name} -d {Quote(command.Description ?? "")}\n");
            foreach (Option option in command.Options.Where(option => option.Name.StartsWith("--", StringComparison.Ordinal)))
            {
                lines.Append($"complete -c {Program} -n '__fish_seen_subcommand_from {command.Name}' -l {option.Name[2..]} -d {Quote(option.Description ?? "")}\n");
            }
        }

        return lines.ToString();
    }

    private static IEnumerable<string> Words(Command command) =>
        command.Options.Select(option => option.Name).Concat(command.Arguments.SelectMany(argument => argument.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(item => item.Label)));

    // Brackets and colons part the fields of zsh's descriptions.
    private static string Plain(string? description) =>
        (description ?? "").Replace("[", "(", StringComparison.Ordinal).Replace("]", ")", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
