using System.Text.Json;
using Microsoft.DurableTask.Converters;

namespace LocalHost.Durable.History;

/// <summary>JSON of inputs, outputs and events, as Durable Task writes it.</summary>
internal static class Payload
{
    public static string? Write(object? value) => JsonDataConverter.Default.Serialize(value);

    /// <summary>Reads a value; nothing, or a JSON null, is the type's default.</summary>
    public static object? Read(string? json, Type type) => json is null or "null"
        ? (type.IsValueType ? Activator.CreateInstance(type) : null)
        : JsonDataConverter.Default.Deserialize(json, type);

    public static T? Read<T>(string? json) => (T?)Read(json, typeof(T));

    /// <summary>History keeps an activity's input as the array of its arguments.</summary>
    public static string IntoArray(object? input) => $"[{Write(input) ?? "null"}]";

    public static string? OutOfArray(string? array)
    {
        if (array is null)
        {
            return null;
        }

        using var arguments = JsonDocument.Parse(array);
        return arguments.RootElement.GetArrayLength() == 0 ? null : arguments.RootElement[0].GetRawText();
    }
}
