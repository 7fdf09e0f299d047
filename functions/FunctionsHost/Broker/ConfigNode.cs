using System.Xml;

namespace FunctionsHosting.Broker;

/// <summary>A JSON object of the configuration that knows where it stands, so that every error can say so.</summary>
internal sealed class ConfigNode(string file, string path, JsonElement element)
{
    public bool Has(string name) => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public BrokerConfigException Wrong(string name, string allowed) =>
        new(file, $"{path}.{name}", Has(name) ? $"is {element.GetProperty(name).GetRawText()}; {allowed}" : $"is missing; {allowed}");

    /// <summary>Refuses names that mean nothing here, which are most often typing errors.</summary>
    public ConfigNode Only(params string[] names)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                throw new BrokerConfigException(file, $"{path}.{property.Name}", $"is not known; allowed here: {string.Join(", ", names)}.");
            }
        }

        return this;
    }

    public ConfigNode Object(string name) =>
        Get(name, JsonValueKind.Object) is { } value ? new(file, $"{path}.{name}", value) : throw Wrong(name, "allowed: an object.");

    public IReadOnlyList<ConfigNode> Array(string name)
    {
        if (!Has(name))
        {
            return [];
        }

        var items = Get(name, JsonValueKind.Array) ?? throw Wrong(name, "allowed: an array.");
        return [.. items.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.Object
            ? new ConfigNode(file, $"{path}.{name}[{i}]", item)
            : throw new BrokerConfigException(file, $"{path}.{name}[{i}]", $"is {item.GetRawText()}; allowed: an object."))];
    }

    public string Text(string name) => Get(name, JsonValueKind.String)?.GetString() ?? throw Wrong(name, "allowed: a text.");

    public bool Flag(string name) => Has(name) && (element.GetProperty(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
        ? value.GetBoolean()
        : throw Wrong(name, "allowed: true or false."));

    public int Number(string name, int @default, int from, int to) => !Has(name) ? @default
        : Get(name, JsonValueKind.Number) is { } value && value.TryGetInt32(out var number) && number >= from && number <= to ? number
        : throw Wrong(name, $"allowed: {from} to {to}.");

    public TimeSpan Duration(string name, TimeSpan @default, TimeSpan from, TimeSpan to)
    {
        if (!Has(name))
        {
            return @default;
        }

        try
        {
            if (Get(name, JsonValueKind.String)?.GetString() is { } text && XmlConvert.ToTimeSpan(text) is var duration && duration >= from && duration <= to)
            {
                return duration;
            }
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            // No duration at all: told as one that is not allowed.
        }

        throw Wrong(name, $"allowed: {XmlConvert.ToString(from)} to {XmlConvert.ToString(to)}.");
    }

    /// <summary>Accepts a setting only where it switches nothing on.</summary>
    public void Unsupported(string name, string allowed)
    {
        var off = !Has(name) || element.GetProperty(name) switch
        {
            { ValueKind: JsonValueKind.False } => true,
            { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: 0 },
            _ => false,
        };
        if (!off)
        {
            throw Wrong(name, allowed);
        }
    }

    private JsonElement? Get(string name, JsonValueKind kind) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
