using System.Net;

namespace SensorPipeline.Worker.Web;

/// <summary>Counts who showed a wrong token, so that nobody can try many. It knows a limited number of addresses and begins anew each minute.</summary>
internal sealed class RefusedAttempts(TimeProvider clock)
{
    private const int MostFrom = 20;
    private const int MostAddresses = 10_000;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> counts = [];
    private long began = clock.GetTimestamp();

    /// <summary>Whether an address has been refused too often for now.</summary>
    public bool AreTooMany(IPAddress? from)
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(began) >= Period)
            {
                counts.Clear();
                began = clock.GetTimestamp();
            }

            return counts.GetValueOrDefault(Counted(from)) >= MostFrom;
        }
    }

    /// <summary>Notes a wrong token.</summary>
    public void Add(IPAddress? from)
    {
        lock (gate)
        {
            counts[Counted(from)] = counts.GetValueOrDefault(Counted(from)) + 1;
        }
    }

    // Addresses beyond the limit share one count.
    private IPAddress Counted(IPAddress? from) => from is not null && (counts.Count < MostAddresses || counts.ContainsKey(from)) ? from : IPAddress.None;
}
