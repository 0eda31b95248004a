namespace SensorPipeline.Mqtt.Tests.Fuzzing;

/// <summary>
/// Streams as brokers sent them, one file each in <c>Corpus/</c>: hexadecimal, a packet or a read a line, <c>;</c> begins a comment. The
/// name ends in the protocol version. <see cref="CorpusRecorder"/> records them anew.
/// </summary>
internal static class Corpus
{
    public static IReadOnlyList<(string Name, MqttProtocolVersion Version, byte[] Bytes)> Streams { get; } =
        [.. Directory.EnumerateFiles(Folder(), "*.hex").Order(StringComparer.Ordinal).Select(Read)];

    public static IReadOnlyList<byte[]> Of(MqttProtocolVersion version) => [.. Streams.Where(stream => stream.Version == version).Select(stream => stream.Bytes)];

    private static string Folder() => Path.Combine(AppContext.BaseDirectory, "Fuzzing", "Corpus");

    private static (string, MqttProtocolVersion, byte[]) Read(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        string hex = string.Concat(File.ReadLines(file).Select(line => line.Split(';')[0].Trim()));
        return (name, name.EndsWith("-5", StringComparison.Ordinal) ? MqttProtocolVersion.V5 : MqttProtocolVersion.V311, Convert.FromHexString(hex));
    }
}
