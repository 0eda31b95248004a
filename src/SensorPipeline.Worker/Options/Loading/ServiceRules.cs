using System.Net;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>What no single option can know: whether options fit together.</summary>
internal sealed class ServiceRules(ServiceOptions options, OriginLookup origins, List<ConfigurationFault> faults)
{
    private const string HomeAssistantTopics = "homeassistant/#";
    private readonly List<string> warnings = [];

    /// <summary>What is allowed and probably not meant.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Applies every rule.</summary>
    public void Check()
    {
        RequireSources();
        RefuseLoops();
        WarnOfShadowedSources();
        RequireUniqueNames("Fusion", [.. options.Fusion.Select(group => group.Name)]);
        RequireUniqueNames("Mixtures", [.. options.Mixtures.Select(group => group.Name)]);
        LimitGroups();
        CheckTls();
        CheckHttp();
    }

    private void RequireSources()
    {
        // A list that could not be read has its fault already.
        if (options.Sources.Count == 0 && !faults.Exists(fault => fault.Path.StartsWith($"{ServiceOptions.Section}:Sources", StringComparison.Ordinal)))
        {
            Fault("Sources", """at least one source is needed, such as { "Preset": "zigbee2mqtt" } or { "Topic": "sensors/{name...}" }""");
        }
    }

    private void RefuseLoops()
    {
        string[] outputs = options.Publish.HomeAssistant ? [$"{options.TopicPrefix}/#", HomeAssistantTopics] : [$"{options.TopicPrefix}/#"];
        for (int index = 0; index < options.Sources.Count; index++)
        {
            SourceOptions? source = options.Sources[index];
            if (source is null || SourceFilter.Of(source) is not { } filter)
            {
                continue;
            }

            foreach (string output in outputs.Where(output => TopicFilters.Overlap(filter, output) && !source.Exclude.Any(exclude => TopicFilters.Covers(exclude, output))))
            {
                Fault($"Sources:{index}:Topic", $"the service would read its own results: {filter} can match {output}; narrow the topic or add \"{output}\" to Exclude");
            }
        }
    }

    private void WarnOfShadowedSources()
    {
        string?[] filters = [.. options.Sources.Select(source => source is null ? null : SourceFilter.Of(source))];
        for (int later = 1; later < filters.Length; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                if (filters[earlier] is { } wide && filters[later] is { } narrow && options.Sources[earlier].Exclude.Length == 0 && TopicFilters.Covers(wide, narrow))
                {
                    warnings.Add($"{ServiceOptions.Section}:Sources:{later} takes nothing: Sources:{earlier} ({wide}) takes every topic of {narrow} first; put the narrower source first");
                    break;
                }
            }
        }
    }

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

    private void LimitGroups()
    {
        int groups = options.Fusion.Count + options.Mixtures.Count;
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
