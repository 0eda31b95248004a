using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Sequential;

namespace SensorPipeline.Statistics.Tests.Laws;

public class StudentTLocationEstimatorLaws : EstimatorLaws<StudentTLocation>
{
    protected override double Location(StudentTLocation estimator) => estimator.Location;

    protected override double Scale(StudentTLocation estimator) => estimator.Scale;
}

public class StudentTLocationForgetfulLaws : ForgetfulLaws<StudentTLocation>
{
    protected override StudentTLocation Seen(Random random)
    {
        StudentTLocation state = default;
        foreach (double x in Law.Data(random))
        {
            state = state.Observe(x);
        }

        return state;
    }

    protected override double Weight(StudentTLocation forgetful) => forgetful.Weight;

    protected override double[] Answers(StudentTLocation forgetful) => [forgetful.Location, forgetful.Scale, forgetful.EffectiveSampleSize];
}

public class DegreesOfFreedomForgetfulLaws : ForgetfulLaws<DegreesOfFreedom>
{
    protected override DegreesOfFreedom Seen(Random random)
    {
        var degrees = DegreesOfFreedom.Start(8, 10);
        foreach (double w in Law.Positive(random))
        {
            degrees = degrees.Observe(w);
        }

        return degrees;
    }

    protected override double Weight(DegreesOfFreedom forgetful) => forgetful.Weight;

    protected override double[] Answers(DegreesOfFreedom forgetful) => [forgetful.Value, forgetful.Solve().Value];
}

public class AutocorrelationForgetfulLaws : ForgetfulLaws<Autocorrelation>
{
    protected override Autocorrelation Seen(Random random)
    {
        Autocorrelation state = default;
        foreach (double x in Law.Data(random))
        {
            state = state.Observe(x / 100);
        }

        return state;
    }

    protected override double Weight(Autocorrelation forgetful) => forgetful.Weight;

    protected override double[] Answers(Autocorrelation forgetful) => [forgetful.Raw];
}
