using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Penalties.Cases;

/// <summary>How cases and events are stored: names as declared, enums by name, nothing of what reading gives back by itself.</summary>
public static class CaseJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WriteWhatReadingWouldNotGiveBack } },
    };

    /// <summary>
    /// A member that is left out comes back as what it begins with. Where that is not its type's default (a spread of ten minutes), the default (no
    /// spread) has to be written. Members that begin with the default stay out as long as they have it, so rows stay small.
    /// </summary>
    private static void WriteWhatReadingWouldNotGiveBack(JsonTypeInfo type)
    {
        if (type.Kind is not JsonTypeInfoKind.Object)
        {
            return;
        }

        var fresh = type.CreateObject?.Invoke();
        foreach (var member in type.Properties)
        {
            if (member.Get is { } get && (member.IsRequired || !Equals(Beginning(member, fresh, get), DefaultOf(member.PropertyType))))
            {
                member.ShouldSerialize = static (_, _) => true;
            }
        }
    }

    /// <summary>What the member is where the text says nothing of it: a record without constructor parameters is made first.</summary>
    private static object? Beginning(JsonPropertyInfo member, object? fresh, Func<object, object?> get) => fresh is not null
        ? get(fresh)
        : member.AssociatedParameter is { HasDefaultValue: true, DefaultValue: { } initial } ? initial : DefaultOf(member.PropertyType);

    private static object? DefaultOf(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}
