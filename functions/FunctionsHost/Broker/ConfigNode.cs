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

    public bool Flag(string name)
    {
        if (!Has(name))
        {
            return false;
        }

        var value = element.GetProperty(name);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "allowed: true or false.");
    }

    public int Number(string name, int @default, int from, int to)
    {
        if (!Has(name))
        {
            return @default;
        }

        return Get(name, JsonValueKind.Number) is { } value && value.TryGetInt32(out var number) && number >= from && number <= to
            ? number
            : throw Wrong(name, $"allowed: {from} to {to}.");
    }

    public TimeSpan Duration(string name, TimeSpan @default, TimeSpan from, TimeSpan to)
    {
        if (!Has(name))
        {
            return @default;
        }

        var allowed = $"allowed: {XmlConvert.ToString(from)} to {XmlConvert.ToString(to)}.";
        if (Get(name, JsonValueKind.String)?.GetString() is not { } text)
        {
            throw Wrong(name, allowed);
        }

        try
        {
            var duration = XmlConvert.ToTimeSpan(text);
            return duration >= from && duration <= to ? duration : throw Wrong(name, allowed);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            throw Wrong(name, allowed);
        }
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
