using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Commands;

/// <summary>The part of a command line that concerns the configuration: <c>--config FILE</c> and overrides such as <c>--Broker:Host=broker.lan</c>.</summary>
public sealed class ConfigurationArguments
{
    private readonly ProcessContext process;

    private readonly Option<string?> file = new("--config", "-c")
    {
        Description = "Configuration file. Default: config/appsettings.json beside the working directory, then beside the executable.",
        HelpName = "FILE",
    };

    private readonly Argument<string[]> overrides = new("--Key=value")
    {
        Description = "Overrides of the configuration, such as --Broker:Host=broker.lan or --Http:Port=8081.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Adds the arguments to a command that takes no others.</summary>
    public ConfigurationArguments(Command command, ProcessContext process)
    {
        this.process = process;
        overrides.Validators.Add(RefuseUnknown);
        command.Options.Add(file);
        command.Arguments.Add(overrides);
    }

    /// <summary>
    /// Loads the configuration. Where it is at fault, each fault is a line on the error output, nothing is on the standard output, and
    /// the command ends with <see cref="ExitCode.Configuration"/>.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="loaded">The configuration.</param>
    /// <param name="needsSources">Whether one without a source is at fault.</param>
    public bool TryLoad(ParseResult parsed, [NotNullWhen(true)] out LoadedConfiguration? loaded, bool needsSources = true)
    {
        loaded = ConfigurationLoader.Load(new ConfigurationRequest
        {
            File = parsed.GetValue(file),
            Overrides = [.. Pair(parsed.GetValue(overrides) ?? []).Select(pair => KeyValuePair.Create(pair.Key!, pair.Value!))],
            NeedsSources = needsSources,
            Variables = process.Variables,
            WorkingDirectory = process.WorkingDirectory,
            ExecutableDirectory = process.ExecutableDirectory,
        });
        foreach (ConfigurationFault fault in loaded.Faults)
        {
            parsed.InvocationConfiguration.Error.WriteLine(fault);
        }

        return loaded.IsValid;
    }

    private static void RefuseUnknown(ArgumentResult result)
    {
        foreach ((string word, string? key, string? value) in Pair([.. result.Tokens.Select(token => token.Value)]))
        {
            if (key is null)
            {
                result.AddError($"Unrecognized argument '{word}'.");
            }
            else if (value is null)
            {
                result.AddError($"'{word}' needs a value: {word}=…");
            }
        }
    }

    // An override is one word, --Key=value, or two, --Key value. Keys begin with a capital letter, options of commands do not.
    private static IEnumerable<(string Word, string? Key, string? Value)> Pair(string[] words)
    {
        for (int index = 0; index < words.Length; index++)
        {
            string word = words[index];
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (word.Length < 3 || !word.StartsWith("--", StringComparison.Ordinal) || !char.IsAsciiLetterUpper(word[2]))
            {
                yield return (word, null, null);
            }
            else if (equals >= 0)
            {
                yield return (word, word[2..equals], word[(equals + 1)..]);
            }
            else
            {
                yield return (word, word[2..], ++index < words.Length ? words[index] : null);
            }
        }
    }
}
