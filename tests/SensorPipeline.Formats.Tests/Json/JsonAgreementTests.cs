using System.Globalization;
using System.Text;
using System.Text.Json;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;

namespace SensorPipeline.Formats.Tests.Json;

/// <summary>Whatever bytes come, the scanner accepts and finds exactly what <see cref="Utf8JsonReader"/> accepts and finds.</summary>
public class JsonAgreementTests
{
    private static readonly string[] Paths = ["/a", "/a/b", "/c/0", "/d"];

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"c\"", "\"d\"", "\"a\":", "\"d\":{\"a\":", "1", "-2.5", "3e2", "0", "01", "-", "1.", "\"7\"", "\"x\"", "true",
        "false", "null", "nul", "NaN", " ", "\n", "\t", "\"\\u0061\"", "\"\\n\"", "\"\\x\"", "\"\\ud800\"", "\"é\"", "\"", "\\", "/", "\u0001", "1e400", "[[", "{}", "[]",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void On_documents_and_their_mutations(int seed)
    {
        var random = new Random(seed);
        var bench = new Bench(new SourceOptions
        {
            Topic = "t",
            Sensor = "s",
            Channels = [.. Paths.Select((path, i) => new ChannelOptions { Name = $"{i}", Path = path })],
        });
        int valid = 0;
        for (int i = 0; i < 30_000; i++)
        {
            byte[] payload = Encoding.UTF8.GetBytes(Document(random, 0));
            payload = random.Next(3) switch
            {
                0 => payload,
                1 => Mutate(payload, random),
                _ => Soup(random),
            };
            if (payload.Length == 0 || payload.AsSpan().StartsWith("\uFEFF"u8))
            {
                continue;
            }

            double?[]? expected = Reference(payload);
            valid += expected is null ? 0 : 1;
            string[] found = [.. bench.Decode("t", payload).Select(sample => $"{sample.Sensor}={sample.Value:R}")];
            string[] wanted = [.. (expected ?? []).Index().Where(item => item.Item is { } value && double.IsFinite(value)).Select(item => $"s/{item.Index}={item.Item:R}")];
            Assert.True(wanted.SequenceEqual(found), $"seed {seed}, document {i}: {Encoding.Latin1.GetString(payload)}");
            Assert.True(expected is not null || bench.Outcome is { Reason: RejectReason.Malformed, Rejected: 1 }, Encoding.Latin1.GetString(payload));
        }

        Assert.InRange(valid, 10_000, 29_000);
    }

    /// <summary>Texts are searched in blocks: what ends them, or must not stand in them, is found at each place of each length.</summary>
    [Theory]
    [InlineData("\"")]
    [InlineData("\\n")]
    [InlineData("\\x")]
    [InlineData("\\")]
    [InlineData("\u0000")]
    [InlineData("\u001f")]
    [InlineData(" ")]
    [InlineData("\u007f")]
    [InlineData("é")]
    public void On_what_stands_anywhere_in_a_text(string piece)
    {
        var bench = new Bench(new SourceOptions { Topic = "t", Path = "/a" });
        for (int length = 0; length < 40; length++)
        {
            for (int at = 0; at <= length; at++)
            {
                string text = new string('x', at) + piece + new string('y', length - at);
                foreach (string document in new[] { $$"""{"{{text}}":2,"a":1}""", $$"""{"a":1,"b":"{{text}}"}""" })
                {
                    bool valid = Reference(Encoding.UTF8.GetBytes(document)) is not null;
                    Assert.True(bench.Decode("t", document).Count == (valid ? 1 : 0), document);
                }
            }
        }
    }

    private static string Document(Random random, int depth)
    {
        int kind = depth == 0 ? 0 : random.Next(depth < 4 ? 8 : 6);
        return kind switch
        {
            1 => "\"" + new string('x', random.Next(0, 40)) + (random.Next(4) == 0 ? "\\u00e9\\\\" : "") + "\"",
            2 => "\"" + random.Next(100).ToString(CultureInfo.InvariantCulture) + "\"",
            3 => random.Next(3) switch { 0 => "true", 1 => "false", _ => "null" },
            4 or 5 => (random.NextDouble() * Math.Pow(10, random.Next(-20, 20))).ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal),
            6 => "[" + string.Join(random.Next(2) == 0 ? "," : " ,\n", Enumerable.Range(0, random.Next(4)).Select(_ => Document(random, depth + 1))) + "]",
            _ => "{" + string.Join(",", Enumerable.Range(0, random.Next(5)).Select(_ => $"\"{"abcd"[random.Next(4)]}\":{Document(random, depth + 1)}")) + "}",
        };
    }

    private static byte[] Mutate(byte[] payload, Random random)
    {
        byte[] mutated = [.. payload];
        for (int i = random.Next(1, 3); i > 0 && mutated.Length > 0; i--)
        {
            int at = random.Next(mutated.Length);
            mutated = random.Next(3) switch
            {
                0 => [.. mutated[..at], .. mutated[(at + 1)..]],
                1 => [.. mutated[..at], .. Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]), .. mutated[at..]],
                _ => [.. mutated[..at], (byte)random.Next(256), .. mutated[(at + 1)..]],
            };
        }

        return mutated;
    }

    private static byte[] Soup(Random random) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Pieces[random.Next(Pieces.Length)])));

    /// <summary>The value at each path, the last where a path occurs more than once; null for what is no JSON.</summary>
    private static double?[]? Reference(byte[] payload)
    {
        var values = new double?[Paths.Length];
        var reader = new Utf8JsonReader(payload);
        try
        {
            reader.Read();
            Walk(ref reader, "", values);
            return reader.Read() ? null : values;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Walk(ref Utf8JsonReader reader, string path, double?[] values)
    {
        int slot = Array.IndexOf(Paths, path);
        if (slot >= 0)
        {
            values[slot] = reader.TokenType switch
            {
                JsonTokenType.Number => reader.TryGetDouble(out double number) ? number : null,
                JsonTokenType.String => Coerce(ref reader),
                _ => null,
            };
        }

        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string name = reader.ValueIsEscaped || !IsUtf8(reader.ValueSpan) ? Name(ref reader) : reader.GetString()!;
                reader.Read();
                Walk(ref reader, $"{path}/{name}", values);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Walk(ref reader, $"{path}/{i}", values);
            }
        }
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "?";
        }
    }

    private static double? Coerce(ref Utf8JsonReader reader) =>
        double.TryParse(Name(ref reader), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
