using SensorPipeline.Formats.Decoding;

namespace SensorPipeline.Formats.Numbers;

internal static class NumberKinds
{
    /// <summary>Why a text that is no finite number gives no reading.</summary>
    public static RejectReason Rejection(this NumberKind kind) => kind switch
    {
        NumberKind.None => RejectReason.NoValue,
        NumberKind.NotFinite => RejectReason.NotFinite,
        _ => RejectReason.Malformed,
    };
}
