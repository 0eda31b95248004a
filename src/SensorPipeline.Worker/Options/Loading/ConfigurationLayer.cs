namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Builds what environment variables and the command line say on top of a file.</summary>
internal static class ConfigurationLayer
{
    private const string Prefix = ServiceOptions.Section + "__";

    /// <summary>The variables named <c>SensorPipeline__Broker__Host</c> and so on.</summary>
    public static ConfigurationSection FromVariables(IReadOnlyDictionary<string, string> variables, string directory)
    {
        var root = new ConfigurationSection("environment", directory);
        foreach (string name in variables.Keys.Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))
        {
            string[] path = [ServiceOptions.Section, .. name[Prefix.Length..].Split("__")];
            root.Set(path, new ConfigurationScalar(variables[name], $"environment variable {name}", directory));
        }

        return root;
    }

    /// <summary>The overrides <c>Broker:Host=…</c> of the command line.</summary>
    public static ConfigurationSection FromCommandLine(IReadOnlyList<KeyValuePair<string, string>> overrides, string directory)
    {
        var root = new ConfigurationSection("command line", directory);
        foreach ((string key, string value) in overrides)
        {
            string[] path = key.Split(':');
            if (!path[0].Equals(ServiceOptions.Section, StringComparison.OrdinalIgnoreCase))
            {
                path = [ServiceOptions.Section, .. path];
            }

            root.Set(path, new ConfigurationScalar(value, $"command line --{key}", directory));
        }

        return root;
    }
}
