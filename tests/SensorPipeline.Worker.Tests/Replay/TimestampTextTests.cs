using System.Globalization;
using System.Text;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Replay;
using Xunit;

namespace SensorPipeline.Worker.Tests.Replay;

public class TimestampTextTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.0000000Z")]
    [InlineData("2026-01-02t03:04:05z", "2026-01-02T03:04:05.0000000Z")]
    [InlineData("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.6780000Z")]
    [InlineData("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.1234567Z")]
    [InlineData("2026-01-02T03:04:05+02:30", "2026-01-02T00:34:05.0000000Z")]
    [InlineData("2026-01-02T03:04:05-05:00", "2026-01-02T08:04:05.0000000Z")]
    [InlineData("2026-01-02 03:04:05+00:00", "2026-01-02T03:04:05.0000000Z")]
    [InlineData("2026-01-02 03:04:05", "2026-01-02T03:04:05.0000000Z")]
    [InlineData("2026-01-02 03:04:05.25", "2026-01-02T03:04:05.2500000Z")]
    [InlineData("2026-01-02", "2026-01-02T00:00:00.0000000Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000Z")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000Z")]
    [InlineData("0", "1970-01-01T00:00:00.0000000Z")]
    [InlineData("1700000000", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("1700000000.5", "2023-11-14T22:13:20.5000000Z")]
    [InlineData("1700000000123", "2023-11-14T22:13:20.1230000Z")]
    [InlineData("1700000000123.25", "2023-11-14T22:13:20.1232500Z")]
    [InlineData("-1.5", "1969-12-31T23:59:58.5000000Z")]
    public void A_timestamp_is_read_to_100_ns(string text, string expected)
    {
        Assert.True(TimestampText.TryParse(Encoding.UTF8.GetBytes(text), out EventTime time, out _));
        Assert.Equal(expected, time.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("now")]
    [InlineData("2026-01-02T03:04")]
    [InlineData("2026-1-2 03:04:05")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-01-02T24:00:00Z")]
    [InlineData("2026-01-02T03:60:05Z")]
    [InlineData("2026-01-02T03:04:61Z")]
    [InlineData("2026-01-02T03:04:05.Z")]
    [InlineData("2026-01-02T03:04:05+0200")]
    [InlineData("2026-01-02T03:04:05+24:00")]
    [InlineData("2026-01-02T03:04:05 Z")]
    [InlineData("2026-01-02X03:04:05Z")]
    [InlineData("0000-01-02T03:04:05Z")]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("1.7e9")]
    [InlineData("1700000000.")]
    [InlineData("1700000000000000")]
    [InlineData("999999999999999")]
    [InlineData("+5")]
    [InlineData("٢٠٢٦-01-02")]
    public void What_is_no_timestamp_is_refused(string text) =>
        Assert.False(TimestampText.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void An_instant_is_written_in_the_style_it_was_read_in()
    {
        string[] formats =
        [
            "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.ffffff", "yyyy-MM-dd't'HH:mm:ss.f'z'",
            "yyyy-MM-dd'T'HH:mm:ss'+05:30'", "yyyy-MM-dd'T'HH:mm:ss.fffffff'-11:00'", "yyyy-MM-dd",
        ];
        var random = new Random(11);
        Span<byte> written = stackalloc byte[TimestampStyle.MaxLength];
        for (int i = 0; i < 20_000; i++)
        {
            var time = new DateTime(random.NextInt64(DateTime.MinValue.Ticks + TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay));
            string text = time.ToString(formats[random.Next(formats.Length)], CultureInfo.InvariantCulture);

            Assert.True(TimestampText.TryParse(Encoding.UTF8.GetBytes(text), out EventTime parsed, out TimestampStyle style), text);

            Assert.Equal(text, Encoding.UTF8.GetString(written[..style.Format(parsed.Ticks, written)]));
        }
    }

    [Theory]
    [InlineData("1700000000")]
    [InlineData("1700000000.250")]
    [InlineData("-12.5")]
    [InlineData("1700000000123")]
    [InlineData("1700000000123.4")]
    [InlineData("1700000000.12345670000")]
    public void A_unix_time_is_written_in_the_style_it_was_read_in(string text)
    {
        Span<byte> written = stackalloc byte[TimestampStyle.MaxLength];
        Assert.True(TimestampText.TryParse(Encoding.UTF8.GetBytes(text), out EventTime parsed, out TimestampStyle style));
        Assert.Equal(text, Encoding.UTF8.GetString(written[..style.Format(parsed.Ticks, written)]));
    }

    [Fact]
    public void A_remembered_instant_is_repeated_as_it_was_given_and_another_in_the_same_style()
    {
        var memory = new TimestampMemory();
        Span<byte> written = stackalloc byte[TimestampStyle.MaxLength];
        foreach (string text in new[] { "1700000000.5", "1700000001.25" })
        {
            Assert.True(TimestampText.TryParse(Encoding.UTF8.GetBytes(text), out EventTime time, out TimestampStyle style));
            memory.Remember(time, Encoding.UTF8.GetBytes(text), style);
        }

        EventTime first = EventTime.FromUnixMilliseconds(1_700_000_000_500);
        Assert.Equal("1700000000.5", Encoding.UTF8.GetString(written[..memory.Format(first, written)]));
        Assert.Equal("1700000002.50", Encoding.UTF8.GetString(written[..memory.Format(first + TimeSpan.FromSeconds(2), written)]));
    }
}
