using System.Text.Json;
using SensorPipeline.Statistics.Filters;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class KalmanVectors
{
    [Fact]
    public void Filtered_states_match() => VectorFile.Check("kalman.json", "kalman", c =>
    {
        var model = new KalmanModel(c.Numbers("F"), c.Numbers("Q"), c.Numbers("H"), c.Numbers("R"));
        var filter = new KalmanFilter(model, c.Numbers("x0"), c.Numbers("P0"));
        List<double> x = [], p = [], predictedX = [], predictedP = [], nis = [], log = [];
        foreach (JsonElement z in c.Raw("z").EnumerateArray())
        {
            filter.Predict();
            predictedX.AddRange(filter.State);
            predictedP.AddRange(filter.Covariance);
            bool seen = z.ValueKind != JsonValueKind.Null && filter.Update(VectorCase.Flatten(z));
            x.AddRange(filter.State);
            p.AddRange(filter.Covariance);
            nis.Add(seen ? filter.NormalizedInnovationSquared : double.NaN);
            log.Add(seen ? filter.LogLikelihood : double.NaN);
        }

        c.Check("x", [.. x]);
        c.Check("P", [.. p]);
        c.Check("x_pred", [.. predictedX]);
        c.Check("P_pred", [.. predictedP]);
        c.Check("nis", [.. nis]);
        c.Check("loglik", [.. log]);
    });
}
