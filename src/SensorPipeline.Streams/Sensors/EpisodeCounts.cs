using System.Runtime.CompilerServices;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>How many episodes of each kind a sensor has had: outlier, level shift, drift, changed noise, stuck, silent. State: 24 bytes.</summary>
[InlineArray(Kinds)]
public struct EpisodeCounts
{
    /// <summary>The number of kinds that share the budget; they are the first of <see cref="EventKind"/>.</summary>
    public const int Kinds = (int)EventKind.Silent + 1;

    private uint element;

    /// <summary>All kinds together.</summary>
    public readonly long Total
    {
        get
        {
            long total = 0;
            foreach (uint count in this)
            {
                total += count;
            }

            return total;
        }
    }

    /// <summary>How many there were of one kind.</summary>
    public readonly long Of(EventKind kind) => this[(int)kind];

    /// <summary>One more.</summary>
    public void Add(EventKind kind) => this[(int)kind]++;

    /// <summary>One turned out to be of another kind.</summary>
    public void Move(EventKind from, EventKind to)
    {
        this[(int)from]--;
        this[(int)to]++;
    }
}
