using System.Reflection;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>The shapes that option types are made of.</summary>
internal static class OptionProperties
{
    /// <summary>What can be written in a section of this type, in order of declaration, what it shares with others first.</summary>
    public static PropertyInfo[] Of(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true })
            .OrderBy(property => property.DeclaringType == type),
    ];

    /// <summary>Whether a type is a section of its own.</summary>
    public static bool IsRecord(Type type) => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal);

    /// <summary>The item type of a list, otherwise null.</summary>
    public static Type? ItemOf(Type type)
    {
        if (type.IsArray)
        {
            return type.GetElementType();
        }

        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;
    }

    /// <summary>The value type of a map from words, otherwise null.</summary>
    public static Type? MappedBy(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) && type.GetGenericArguments()[0] == typeof(string)
            ? type.GetGenericArguments()[1]
            : null;
}
