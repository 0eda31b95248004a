namespace SensorPipeline.Worker.Telemetry;

/// <summary>What the pipeline says about itself when it is asked.</summary>
public interface IHealthState
{
    /// <summary>Whether its loops advance; a broker that is away is no reason to be restarted.</summary>
    IReadOnlyList<HealthCheck> Live();

    /// <summary>Whether it does its work: connected, subscribed, able to write.</summary>
    IReadOnlyList<HealthCheck> Ready();
}
