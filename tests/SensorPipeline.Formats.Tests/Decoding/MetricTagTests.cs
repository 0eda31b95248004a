using SensorPipeline.Formats.Decoding;

namespace SensorPipeline.Formats.Tests.Decoding;

public class MetricTagTests
{
    [Fact]
    public void Every_reason_and_every_adjustment_has_its_own_tag()
    {
        string[] reasons = [.. Enum.GetValues<RejectReason>().Select(reason => reason.Tag())];
        string[] adjustments = [.. Enum.GetValues<Adjustment>().Select(adjustment => adjustment.Tag())];

        Assert.All(reasons.Concat(adjustments), tag => Assert.Matches("^[a-z]+(_[a-z]+)*$", tag));
        Assert.Equal(reasons.Length, reasons.Distinct().Count());
        Assert.Equal(adjustments.Length, adjustments.Distinct().Count());
    }

    [Theory]
    [InlineData(RejectReason.UnknownTopic, "unknown_topic")]
    [InlineData(RejectReason.Malformed, "malformed")]
    [InlineData(RejectReason.NotFinite, "non_finite")]
    [InlineData(RejectReason.Oversized, "oversized")]
    [InlineData(RejectReason.OutOfRange, "out_of_range")]
    [InlineData(RejectReason.Sentinel, "sentinel")]
    [InlineData(RejectReason.Retained, "retained")]
    [InlineData(RejectReason.Repeated, "repeated")]
    [InlineData(RejectReason.TooManySensors, "too_many_sensors")]
    [InlineData(RejectReason.NoValue, "no_value")]
    [InlineData(RejectReason.BadName, "bad_name")]
    [InlineData(RejectReason.TooOld, "too_old")]
    [InlineData(RejectReason.Filtered, "filtered")]
    [InlineData(RejectReason.Duplicate, "duplicate")]
    [InlineData(RejectReason.UnknownAlias, "unknown_alias")]
    [InlineData(RejectReason.Historical, "historical")]
    [InlineData(RejectReason.BadQuality, "bad_quality")]
    public void Reasons_are_published_under_these_names(RejectReason reason, string tag) => Assert.Equal(tag, reason.Tag());

    [Fact]
    public void Adjustments_are_published_under_these_names() => Assert.Equal(
        ["future_time", "unreadable_time", "missing_time", "missing_value", "sequence_gap"], Enum.GetValues<Adjustment>().Select(adjustment => adjustment.Tag()));
}
