using System.Net;
using SensorPipeline.Formats.Results;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Topics;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Joint;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>What no single option can know: whether options fit together.</summary>
internal sealed class ServiceRules(ServiceOptions options, OriginLookup origins, List<ConfigurationFault> faults, bool needsSources = true)
{
    private readonly List<string> warnings = [];

    /// <summary>What is allowed and probably not meant.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Applies every rule.</summary>
    public void Check()
    {
        CheckSources();
        CheckGroups("Fusion", options.Fusion);
        CheckGroups("Mixtures", options.Mixtures);
        CheckGroups("Joint", options.Joint);
        CheckJoint();
        CheckHomeAssistant();
        LimitGroups();
        CheckTls();
        CheckHttp();
    }

    private void CheckSources()
    {
        // A list that could not be read has its fault already, and would only bring up others that follow from it.
        if (faults.Exists(fault => fault.Path.StartsWith($"{ServiceOptions.Section}:Sources", StringComparison.Ordinal)))
        {
            return;
        }

        if (options.Sources.Count == 0 && needsSources)
        {
            Fault("Sources", """at least one source is needed, such as { "Topic": "sensors/{name...}" }""");
            return;
        }

        SourceSet sources = SourceSet.Compile(options.Sources, options.Limits.ToSourceLimits(), out IReadOnlyList<SourceFault> mistakes);
        foreach (SourceFault mistake in mistakes)
        {
            Fault(KeyPath(mistake), mistake.Problem);
        }

        warnings.AddRange(sources.Warnings.Select(warning => $"{ServiceOptions.Section}:{KeyPath(warning)} {warning.Problem}"));
        RefuseLoops();
    }

    private void RefuseLoops()
    {
        string results = new ResultTopics(options.Instance).All;
        string[] outputs = options.Publish.HomeAssistant ? [results, $"{options.Publish.HomeAssistantPrefix}/#"] : [results];
        for (int index = 0; index < options.Sources.Count; index++)
        {
            SourceOptions source = options.Sources[index];
            IReadOnlyList<SubscriptionFilter> filters = SourceSet.Compile([source], options.Limits.ToSourceLimits(), out _).Filters;
            foreach ((SubscriptionFilter filter, string output) in filters.SelectMany(filter => outputs.Select(output => (filter, output))))
            {
                if (filter.Overlaps(output) && !source.Exclude.Any(exclude => Excludes(exclude, output)))
                {
                    Fault($"Sources:{index}:Topic", $"the service would read its own results: {filter.Filter} can match {output}; narrow the topic or add \"{output}\" to Exclude");
                }
            }
        }
    }

    // A pattern that takes a topic nobody could have guessed, one level down and three, takes everything there.
    private static bool Excludes(string exclude, string output)
    {
        const string AnyLevel = "\u2401";
        string parent = output[..^1];
        return TopicTemplate.TryParsePattern(exclude, out TopicTemplate? pattern, out _) &&
            pattern.Matches($"{parent}{AnyLevel}") && pattern.Matches($"{parent}{AnyLevel}/{AnyLevel}/{AnyLevel}");
    }

    // Formats writes Sources[1]:Channels[0]:Path.
    private static string KeyPath(SourceFault fault) => fault.Key.Replace("[", ":", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);

    private void RequireUniqueNames(string list, string[] names)
    {
        for (int index = 0; index < names.Length; index++)
        {
            if (names[index]?.Length > 0 && Array.IndexOf(names, names[index]) < index)
            {
                Fault($"{list}:{index}:Name", $"\"{names[index]}\" is the name of an earlier group");
            }
        }
    }

    private void CheckGroups(string list, IReadOnlyList<GroupOptions> groups)
    {
        RequireUniqueNames(list, [.. groups.Select(group => group.Name)]);
        for (int index = 0; index < groups.Count; index++)
        {
            IReadOnlyList<string> members = groups[index].Members;
            for (int member = 0; member < members.Count; member++)
            {
                if (FaultOf(members[member], groups[index].Name) is { } fault)
                {
                    Fault($"{list}:{index}:Members:{member}", $"\"{members[member]}\" {fault}");
                }
            }
        }
    }

    private static string? FaultOf(string member, string group)
    {
        if (!SensorPattern.TryParse(member, out SensorPattern? pattern, out string? fault))
        {
            return fault;
        }

        string unfilled = SensorPattern.Fill(group, pattern.Captures.Distinct().ToDictionary(name => name, _ => ""));
        int open = unfilled.IndexOf('{', StringComparison.Ordinal);
        return open < 0 ? null : $"does not say what \"{unfilled[open..]}\" in the group's name is";
    }

    private void CheckJoint()
    {
        for (int index = 0; index < options.Joint.Count; index++)
        {
            JointGroupOptions group = options.Joint[index];
            if (options.Fusion.Any(fused => fused.Name == group.Name && group.Name.Length > 0))
            {
                Fault($"Joint:{index}:Name", $"\"{group.Name}\" is the name of a fused group, whose state has the same topic");
            }

            RequireUniqueNames($"Joint:{index}:Derived", [.. group.Derived.Select(channel => channel.Name)]);
            for (int channel = 0; channel < group.Derived.Count; channel++)
            {
                if (!LinearExpression.TryParse(group.Derived[channel].Expression, out _, out string? problem))
                {
                    Fault($"Joint:{index}:Derived:{channel}:Expression", $"\"{group.Derived[channel].Expression}\" {problem}");
                }
            }
        }
    }

    private void CheckHomeAssistant()
    {
        for (int index = 0; index < options.Publish.HomeAssistantSensors.Count; index++)
        {
            string text = options.Publish.HomeAssistantSensors[index];
            if (!SensorPattern.TryParse(text, out _, out string? problem))
            {
                Fault($"Publish:HomeAssistantSensors:{index}", $"\"{text}\" {problem}");
            }
        }
    }

    private void LimitGroups()
    {
        int groups = options.Fusion.Count + options.Mixtures.Count + options.Joint.Count;
        if (groups > options.Limits.Groups)
        {
            Fault("Limits:Groups", $"{groups} groups are configured, {options.Limits.Groups} allowed");
        }
    }

    private void CheckTls()
    {
        TlsOptions tls = options.Broker.Tls;
        if ((tls.CertificateFile is null) != (tls.KeyFile is null))
        {
            Fault(tls.KeyFile is null ? "Broker:Tls:KeyFile" : "Broker:Tls:CertificateFile", "a certificate and its private key are given together");
        }

        if (!tls.Enabled && !IsLoopback(options.Broker.Host))
        {
            warnings.Add($"the connection to {options.Broker.Host} is not encrypted: everybody on the way can read and change it; set {ServiceOptions.Section}:Broker:Tls:Enabled");
        }

        if (tls is { Enabled: true, Insecure: true })
        {
            warnings.Add($"{ServiceOptions.Section}:Broker:Tls:Insecure accepts any certificate: whoever is in between can read and change everything");
        }
    }

    private void CheckHttp()
    {
        if (options.Http.TokenFile is null && !IsLoopback(options.Http.Bind))
        {
            warnings.Add($"{ServiceOptions.Section}:Http:Bind is {options.Http.Bind} and there is no Http:TokenFile: only health and metrics answer");
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private void Fault(string key, string message)
    {
        string path = $"{ServiceOptions.Section}:{key}";
        faults.Add(new ConfigurationFault(path, origins.Of(path), message));
    }
}
