using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Joint;

/// <summary>A group's derived channels with their members found: a row of weights a channel. Follows from options and names, so it is not saved.</summary>
internal sealed class DerivedChannels(Group group, IReadOnlyList<DerivedChannel> channels, SensorNames names)
{
    private readonly LinearExpression[] expressions = [.. channels.Select(Parse)];
    private readonly double[]?[] weights = new double[]?[channels.Count];

    /// <summary>Finds the members the expressions mean; the first in order where several would do, whole names before last levels.</summary>
    public void Bind(int members)
    {
        for (int channel = 0; channel < expressions.Length; channel++)
        {
            double[] row = new double[members];
            bool isBound = true;
            foreach ((string name, double weight) in expressions[channel].Terms)
            {
                int member = Find(name, members);
                isBound &= member >= 0;
                row[Math.Max(member, 0)] += weight;
            }

            weights[channel] = isBound ? row : null;
        }
    }

    /// <summary>Appends the value of every channel; absent members count with their prediction.</summary>
    public void Compute(ReadOnlySpan<double> values, ReadOnlySpan<MemberPrediction> absent, JointModel model, Buffer<DerivedValue> output)
    {
        for (int channel = 0; channel < expressions.Length; channel++)
        {
            output.Add() = weights[channel] is { } row
                ? Compute(channel, row, values, absent, model)
                : new DerivedValue { Channel = channel, Value = double.NaN, StandardDeviation = double.NaN, IsImputed = false };
        }
    }

    private static LinearExpression Parse(DerivedChannel channel) => LinearExpression.TryParse(channel.Expression, out LinearExpression? expression, out string? fault)
        ? expression
        : throw new ArgumentException($"'{channel.Expression}' {fault}");

    private DerivedValue Compute(int channel, double[] row, ReadOnlySpan<double> values, ReadOnlySpan<MemberPrediction> absent, JointModel model)
    {
        double value = expressions[channel].Constant;
        double variance = 0;
        bool isImputed = false;
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] == 0)
            {
                continue;
            }

            bool isAbsent = double.IsNaN(values[i]);
            bool isKnown = !isAbsent || absent[i].StandardDeviation > 0;
            isImputed |= isAbsent;
            value += isKnown ? row[i] * (isAbsent ? absent[i].Mean : values[i]) : double.NaN;
            variance += isAbsent ? row[i] * row[i] * absent[i].StandardDeviation * absent[i].StandardDeviation : 0;
            for (int j = 0; j < row.Length; j++)
            {
                variance += row[i] * row[j] * model.Covariance(i, j);
            }
        }

        // Of members that have no scale yet nothing is known.
        double deviation = variance > 0 ? Math.Sqrt(variance) : double.NaN;
        return new DerivedValue { Channel = channel, Value = value, StandardDeviation = double.IsNaN(value) ? double.NaN : deviation, IsImputed = isImputed };
    }

    private int Find(string name, int members)
    {
        for (int i = 0; i < members; i++)
        {
            if (names[group.Members[i]] == name)
            {
                return i;
            }
        }

        for (int i = 0; i < members; i++)
        {
            if (LinearExpression.Means(name, names[group.Members[i]]))
            {
                return i;
            }
        }

        return -1;
    }
}
