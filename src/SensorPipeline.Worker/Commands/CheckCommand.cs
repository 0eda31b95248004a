using System.CommandLine;
using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>check</c>: says what is wrong with the configuration, or what it comes to.</summary>
public static class CheckCommand
{
    private static readonly Option<bool> Schema = new("--schema") { Description = "Print the JSON schema of the configuration, for editors, and check nothing." };

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var command = new ExampleCommand(
            "check",
            "Validate the configuration and print the effective one, secrets masked.",
            "sensor-pipeline check",
            "sensor-pipeline check --config config/zigbee2mqtt.json --Broker:Host=broker.lan")
        {
            Schema,
        };
        var configuration = new ConfigurationArguments(command, process);
        command.SetAction(parsed => Run(parsed, configuration));
        return command;
    }

    private static int Run(ParseResult parsed, ConfigurationArguments configuration)
    {
        if (parsed.GetValue(Schema))
        {
            parsed.InvocationConfiguration.Output.WriteLine(ConfigurationSchema.Write());
            return ExitCode.Ok;
        }

        if (!configuration.TryLoad(parsed, out LoadedConfiguration? loaded))
        {
            return ExitCode.Configuration;
        }

        TextWriter error = parsed.InvocationConfiguration.Error;
        foreach (string warning in loaded.Warnings)
        {
            error.WriteLine($"warning: {ConfigurationFault.OneLine(warning)}");
        }

        error.WriteLine(loaded.File is { } file ? $"{file} is valid" : "no configuration file; what the environment and the command line say is valid");
        parsed.InvocationConfiguration.Output.WriteLine(EffectiveConfiguration.Write(loaded.Options!));
        return ExitCode.Ok;
    }
}
