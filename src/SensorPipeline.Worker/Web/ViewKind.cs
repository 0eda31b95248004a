namespace SensorPipeline.Worker.Web;

/// <summary>The views of the page.</summary>
internal enum ViewKind : byte
{
    Fleet,
    Sensor,
    Groups,
    Mixtures,
    Service,
}
