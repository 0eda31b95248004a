namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Shipped defaults, then a file, then the environment, then the command line; the later says the last word.</summary>
public static class ConfigurationLoader
{
    private const string DefaultFile = "config/appsettings.json";

    /// <summary>Reads, merges, binds and checks; finds every fault in one go and throws for none of them.</summary>
    public static LoadedConfiguration Load(ConfigurationRequest request)
    {
        var faults = new List<ConfigurationFault>();
        string? file = Find(request);
        ConfigurationNode root = new ConfigurationSection("", request.WorkingDirectory);
        if (file is not null)
        {
            string name = Path.GetRelativePath(request.WorkingDirectory, file);
            if (ConfigurationFile.Read(file, name.StartsWith("..", StringComparison.Ordinal) ? file : name, faults) is not { } section)
            {
                return new LoadedConfiguration { Faults = faults, File = file, Request = request };
            }

            root = section;
        }

        root = ConfigurationNode.Merge(root, ConfigurationLayer.FromVariables(request.Variables, request.WorkingDirectory));
        root = ConfigurationNode.Merge(root, ConfigurationLayer.FromCommandLine(request.Overrides, request.WorkingDirectory));
        return Bind((ConfigurationSection)root, request, faults) with { File = file, Request = request };
    }

    private static LoadedConfiguration Bind(ConfigurationSection root, ConfigurationRequest request, List<ConfigurationFault> faults)
    {
        foreach ((string key, ConfigurationNode node) in root.Members)
        {
            if (!key.Equals(ServiceOptions.Section, StringComparison.OrdinalIgnoreCase) && key != "$schema")
            {
                faults.Add(new ConfigurationFault(key, node.Origin, OptionsBinder.UnknownKey(key, [ServiceOptions.Section])));
            }
        }

        root.Members.TryGetValue(ServiceOptions.Section, out ConfigurationNode? section);
        var options = (ServiceOptions)new OptionsBinder(request.WorkingDirectory, faults).BindRecord(typeof(ServiceOptions), section, ServiceOptions.Section);
        var rules = new ServiceRules(options, new OriginLookup(root), faults, request.NeedsSources);
        rules.Check();
        LoadedConfiguration loaded = new() { Options = options, Warnings = rules.Warnings };
        if (request.Running is { } running && faults.Count == 0)
        {
            loaded = loaded with { Options = RunningOptions.Take(running, options), AfterRestart = RunningOptions.AfterRestart(running, options) };

            // What fits together in the file need not fit what stays until a restart.
            new ServiceRules(loaded.Options, new OriginLookup(root), faults, request.NeedsSources).Check();
        }

        return faults.Count > 0 ? new LoadedConfiguration { Faults = faults } : loaded;
    }

    private static string? Find(ConfigurationRequest request)
    {
        if (request.File is { } named)
        {
            return Path.GetFullPath(named, request.WorkingDirectory);
        }

        return new[] { request.WorkingDirectory, request.ExecutableDirectory }
            .Select(directory => Path.GetFullPath(DefaultFile, directory))
            .FirstOrDefault(File.Exists);
    }
}
