namespace SensorPipeline.Worker.Telemetry;

/// <summary>A part of a batch's way, as the metric <c>sensorpipeline.stage.duration</c> names it.</summary>
public enum PipelineStage
{
    /// <summary>Readings to the input log, and the wait until they are durable.</summary>
    Log,

    /// <summary>Statistics, judgement, frames and groups.</summary>
    Graph,

    /// <summary>Results to bytes and to the broker.</summary>
    Publish,
}
