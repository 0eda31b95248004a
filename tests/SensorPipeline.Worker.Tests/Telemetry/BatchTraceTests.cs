using System.Diagnostics;
using System.Text;
using SensorPipeline.Worker.Telemetry;
using Xunit;

namespace SensorPipeline.Worker.Tests.Telemetry;

[Collection(MeterCollection.Name)]
public sealed class BatchTraceTests : IDisposable
{
    private const string Parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private readonly ActivityListener listener = new()
    {
        ShouldListenTo = source => source.Name == ServiceMetrics.MeterName,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public void Dispose() => listener.Dispose();

    [Fact]
    public void A_batch_of_one_trace_continues_it()
    {
        ActivitySource.AddActivityListener(listener);
        Assert.True(BatchTrace.TryParse(Encoding.ASCII.GetBytes(Parent), out ActivityContext origin));

        using Activity span = BatchTrace.Begin([origin], 3)!;

        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", span.TraceId.ToHexString());
        Assert.Equal("00f067aa0ba902b7", span.ParentSpanId.ToHexString());
        Assert.Equal(ActivityKind.Consumer, span.Kind);
        Assert.Equal(3, span.GetTagItem("messaging.batch.message_count"));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public void A_batch_of_several_traces_links_to_each()
    {
        ActivitySource.AddActivityListener(listener);
        ActivityContext[] origins = [ContextOf('1'), ContextOf('2')];

        using Activity span = BatchTrace.Begin(origins, 2)!;

        Assert.Equal(origins, span.Links.Select(link => link.Context));
        Assert.Equal(default, span.ParentSpanId);
    }

    [Fact]
    public void Where_nobody_listens_there_is_no_span() => Assert.Null(BatchTrace.Begin([], 1));

    [Theory]
    [InlineData("")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0")]
    [InlineData("zz-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e473\u00e9-00f067aa0ba902b7-1")]
    public void What_is_no_trace_context_is_nobodys(string text) => Assert.False(BatchTrace.TryParse(Encoding.UTF8.GetBytes(text), out _));

    private static ActivityContext ContextOf(char digit) =>
        new(ActivityTraceId.CreateFromString(new string(digit, 32)), ActivitySpanId.CreateFromString(new string(digit, 16)), ActivityTraceFlags.Recorded, isRemote: true);
}
