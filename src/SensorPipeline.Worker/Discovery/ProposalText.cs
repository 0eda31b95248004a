using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Worker.Options;

namespace SensorPipeline.Worker.Discovery;

/// <summary>A proposal as a configuration file, and its explanation for a person.</summary>
internal static class ProposalText
{
    private const int MostUnread = 20;

    // The file is no web page; names of devices are shown as they are.
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A whole configuration file: the broker that was listened on, and the sources.</summary>
    public static string ToJson(Proposal proposal, BrokerOptions broker)
    {
        var section = new JsonObject
        {
            ["Broker"] = Broker(broker),
            ["Sources"] = new JsonArray([.. proposal.Findings.Select(finding => Source(finding.Source.Options))]),
        };
        return new JsonObject { [ServiceOptions.Section] = section }.ToJsonString(Layout);
    }

    /// <summary>A line a source: what sends it, how much there is, an example; then the topics that hold nothing to read.</summary>
    public static IEnumerable<string> Explain(Proposal proposal)
    {
        for (int i = 0; i < proposal.Findings.Count; i++)
        {
            SourceFinding finding = proposal.Findings[i];
            string counts = string.Create(CultureInfo.InvariantCulture, $"{finding.Topics} topics, {finding.Sensors} sensors");
            string examples = finding.Examples.Count > 0 ? $", such as {string.Join(" ", finding.Examples)}"
                : "; their names come with birth certificates: restart a node, or set Sparkplug:RequestRebirth";
            yield return $"Sources[{i}] {finding.Source.What}: {counts}{examples}";
        }

        foreach (TopicSample topic in proposal.Unread.Take(MostUnread))
        {
            yield return $"not read: {VisibleText.Of(topic.Topic, 120)}  {(topic.Payloads.Count > 0 ? VisibleText.Of(topic.Payloads[0], 60) : "(empty)")}";
        }

        if (proposal.Unread.Count > MostUnread)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"not read: {proposal.Unread.Count - MostUnread} more topics");
        }
    }

    private static JsonObject Broker(BrokerOptions broker)
    {
        var node = new JsonObject { ["Host"] = broker.Host, ["Port"] = broker.Port };
        Set(node, "Username", broker.Username);
        Set(node, "PasswordFile", broker.PasswordFile);
        if (broker.Protocol != new BrokerOptions().Protocol)
        {
            node["Protocol"] = broker.Protocol.ToString();
        }

        if (broker.Tls.Enabled)
        {
            var tls = new JsonObject { ["Enabled"] = true };
            Set(tls, "CaFile", broker.Tls.CaFile);
            Set(tls, "CertificateFile", broker.Tls.CertificateFile);
            Set(tls, "KeyFile", broker.Tls.KeyFile);
            node["Tls"] = tls;
        }

        return node;
    }

    private static JsonObject Source(SourceOptions source)
    {
        var node = new JsonObject();
        Set(node, "Preset", source.Preset);
        Set(node, "Topic", source.Topic);
        Set(node, "Format", source.Format);
        Set(node, "Sensor", source.Sensor);
        Set(node, "Time", source.Time);
        if (source.Channels.Length > 0)
        {
            node["Channels"] = new JsonArray([.. source.Channels.Select(channel => new JsonObject { ["Name"] = channel.Name, ["Path"] = channel.Path })]);
        }

        if (source.Exclude.Length > 0)
        {
            node["Exclude"] = new JsonArray([.. source.Exclude.Select(pattern => (JsonNode)pattern)]);
        }

        return node;
    }

    private static void Set(JsonObject node, string key, string? value)
    {
        if (value is not null)
        {
            node[key] = value;
        }
    }
}
