using SensorPipeline.Formats.Decoding;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Sparkplug;

/// <summary>The one command a reader sends: the request for a node's birth certificates.</summary>
internal static class SparkplugCommand
{
    private const byte Boolean = 11;

    /// <summary>NCMD with the metric <c>Node Control/Rebirth</c>, true, by name.</summary>
    public static CommandRequest Rebirth(SparkplugNode node, EventTime now)
    {
        ReadOnlySpan<byte> name = "Node Control/Rebirth"u8;
        ulong milliseconds = (ulong)Math.Max(0, (now.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
        var metric = new Buffer<byte>();
        metric.Add() = 0x0A;
        metric.Add() = (byte)name.Length;
        metric.AddRange(name);
        metric.Add() = 0x18;
        AppendVarint(metric, milliseconds);
        metric.AddRange([0x20, Boolean, 0x70, 1]);
        var payload = new Buffer<byte>();
        payload.Add() = 0x08;
        AppendVarint(payload, milliseconds);
        payload.Add() = 0x12;
        AppendVarint(payload, (ulong)metric.Count);
        payload.AddRange(metric.Items);
        return new CommandRequest($"spBv1.0/{node.Group}/NCMD/{node.Name}", payload.Items.ToArray());
    }

    private static void AppendVarint(Buffer<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add() = (byte)(value | 0x80);
        }

        bytes.Add() = (byte)value;
    }
}
