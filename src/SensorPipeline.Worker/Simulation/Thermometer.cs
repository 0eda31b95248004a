namespace SensorPipeline.Worker.Simulation;

/// <summary>What is wrong with a simulated thermometer, if anything.</summary>
internal enum Ailment : byte
{
    None,
    FatTails,
    Stuck,
    Drift,
    Dropouts,
}

/// <summary>How one of several thermometers of a room differs from the others.</summary>
internal sealed record ThermometerSpecification(string Room, string Place, double Noise, Ailment Ailment = Ailment.None);

/// <summary>One of several thermometers of a room: the room's temperature through its own noise, and its own ailment.</summary>
internal sealed class Thermometer(ThermometerSpecification specification, RandomStream random)
{
    // Ailments come back every minute, so that whoever opens the page sees them.
    private const double Cycle = 60;
    private const double StuckFrom = 12;
    private const double StuckUntil = 24;
    private const double DriftFrom = 10;
    private const double DriftUntil = 40;
    private const double DriftPerSecond = 0.08;
    private const double FatTailDegreesOfFreedom = 3;
    private const double DropoutsPerSecond = 0.08;

    private double held = double.NaN;
    private double absentUntil;

    /// <summary>The next reading, or NaN for none; <paramref name="isInjected"/> tells of a spoilt one.</summary>
    public double Next(double seconds, double interval, double truth, double injectedShare, out bool isInjected)
    {
        isInjected = false;
        double phase = seconds % Cycle;
        double noise = specification.Noise * (specification.Ailment == Ailment.FatTails ? random.NextStudentT(FatTailDegreesOfFreedom) : random.NextNormal());
        double value = truth + noise + (specification.Ailment == Ailment.Drift ? Drift(phase) : 0);
        return specification.Ailment switch
        {
            Ailment.None => Inject(value, injectedShare, out isInjected),
            Ailment.Stuck => Hold(value, phase),
            Ailment.Dropouts => IsAbsent(seconds, interval) ? double.NaN : value,
            _ => value,
        };
    }

    private static double Drift(double phase)
    {
        double peak = DriftPerSecond * (DriftUntil - DriftFrom);
        double back = peak * (1 - ((phase - DriftUntil) / (Cycle - DriftUntil)));
        return phase < DriftFrom ? 0 : phase < DriftUntil ? DriftPerSecond * (phase - DriftFrom) : back;
    }

    private double Inject(double value, double share, out bool isInjected)
    {
        isInjected = random.NextUniform() < share;
        return isInjected ? value + (specification.Noise * random.NextUniform(10, 20) * (random.NextUniform() < 0.5 ? -1 : 1)) : value;
    }

    private double Hold(double value, double phase)
    {
        bool isStuck = phase is >= StuckFrom and < StuckUntil;
        held = isStuck && !double.IsNaN(held) ? held : value;
        return held;
    }

    private bool IsAbsent(double seconds, double interval)
    {
        if (seconds >= absentUntil && random.NextUniform() < DropoutsPerSecond * interval)
        {
            absentUntil = seconds + random.NextUniform(1, 4);
        }

        return seconds < absentUntil;
    }
}
