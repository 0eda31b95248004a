using System.Diagnostics;
using System.Globalization;

namespace SensorPipeline.Mqtt.Tests.Fuzzing;

/// <summary>
/// The decoder under damaged bytes, for <c>SENSORPIPELINE_FUZZ_SECONDS</c> seconds (default 5). Each round has a seed of its own, which a
/// failure prints: <c>SENSORPIPELINE_FUZZ_SEED</c> begins there.
/// </summary>
public sealed class DecoderTests
{
    private const long AllocationsOfOneRun = 1 << 20;

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : usual;

    public static TheoryData<string> Recorded() => [.. Corpus.Streams.Select(stream => stream.Name)];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Every_cut_of_a_recorded_stream_gives_the_same_packets(string name)
    {
        (_, MqttProtocolVersion version, byte[] bytes) = Corpus.Streams.Single(stream => stream.Name == name);
        string whole = DecoderRun.Of(bytes, version, []);
        Assert.Contains("m ", whole, StringComparison.Ordinal);
        Assert.DoesNotContain("Malformed", whole, StringComparison.Ordinal);
        for (int first = 1; first < bytes.Length; first++)
        {
            Assert.Equal(whole, DecoderRun.Of(bytes, version, [first]));
        }

        Assert.Equal(whole, DecoderRun.Of(bytes, version, [.. Enumerable.Range(1, bytes.Length - 1)]));

        // Every pair of cuts takes a while; a stride takes a share of them.
        int stride = Setting("SENSORPIPELINE_SPLIT_STRIDE", 5);
        for (int first = 1; first < bytes.Length; first += stride)
        {
            for (int second = first + 1; second < bytes.Length; second += stride)
            {
                Assert.Equal(whole, DecoderRun.Of(bytes, version, [first, second]));
            }
        }
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public void Damaged_streams_are_refused_or_understood_alike_in_any_pieces(MqttProtocolVersion version)
    {
        IReadOnlyList<byte[]> corpus = Corpus.Of(version);
        long limit = TimeProvider.System.GetTimestamp() + (Setting("SENSORPIPELINE_FUZZ_SECONDS", 5) * TimeProvider.System.TimestampFrequency / 2);
        int seed = Setting("SENSORPIPELINE_FUZZ_SEED", 1);
        for (; TimeProvider.System.GetTimestamp() < limit; seed++)
        {
            Round(corpus, version, seed);
        }
    }

    [Fact]
    public void The_first_thousand_rounds_are_run_however_slow_the_machine()
    {
        for (int seed = 1; seed <= 500; seed++)
        {
            Round(Corpus.Of(MqttProtocolVersion.V311), MqttProtocolVersion.V311, seed);
            Round(Corpus.Of(MqttProtocolVersion.V5), MqttProtocolVersion.V5, seed);
        }
    }

    private static void Round(IReadOnlyList<byte[]> corpus, MqttProtocolVersion version, int seed)
    {
        var random = new Random(seed);
        byte[] stream = Mutation.Of(corpus, random);
        int[] cuts = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(stream.Length)).Order()];
        string what = $"seed {seed}, cuts {string.Join(' ', cuts)}: {Convert.ToHexString(stream)}";
        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string whole = DecoderRun.Of(stream, version, []);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < AllocationsOfOneRun, what);
            Assert.True(whole == DecoderRun.Of(stream, version, cuts), what);
        }
        catch (Exception fault) when (fault is not Xunit.Sdk.IAssertionException)
        {
            throw new UnreachableException(what, fault);
        }
    }
}
