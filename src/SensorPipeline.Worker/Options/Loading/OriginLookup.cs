using System.Globalization;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Finds where a key was said, for faults that show only once everything is bound.</summary>
internal sealed class OriginLookup(ConfigurationSection root)
{
    /// <summary>The origin of the key or of the nearest section above it.</summary>
    public string Of(string path)
    {
        ConfigurationNode node = root;
        foreach (string key in path.Split(':'))
        {
            if (Step(node, key) is not { } next)
            {
                break;
            }

            node = next;
        }

        return node.Origin;
    }

    private static ConfigurationNode? Step(ConfigurationNode node, string key) => node switch
    {
        ConfigurationSection section => section.Members.GetValueOrDefault(key),
        ConfigurationList list when int.TryParse(key, CultureInfo.InvariantCulture, out int index) && index >= 0 && index < list.Items.Count => list.Items[index],
        _ => null,
    };
}
