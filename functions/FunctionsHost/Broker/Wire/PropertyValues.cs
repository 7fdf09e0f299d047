using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

/// <summary>Application property values: AMQP's own types as they are, .NET's further ones as Service Bus describes them.</summary>
internal static class PropertyValues
{
    private static readonly Symbol DateTimeOffsetName = "com.microsoft:datetime-offset";
    private static readonly Symbol TimeSpanName = "com.microsoft:timespan";
    private static readonly Symbol UriName = "com.microsoft:uri";

    public static object ToAmqp(string name, object value) => value switch
    {
        string or bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or char or Guid or byte[] => value,
        DateTime time => time.ToUniversalTime(),
        DateTimeOffset time => new DescribedValue(DateTimeOffsetName, time.UtcTicks),
        TimeSpan span => new DescribedValue(TimeSpanName, span.Ticks),
        Uri uri => new DescribedValue(UriName, uri.OriginalString),
        _ => throw new NotSupportedException(
            $"The property '{name}' is of type {value?.GetType().Name ?? "null"}; "
            + "allowed: string, bool, integers, float, double, char, Guid, byte[], DateTime, DateTimeOffset, TimeSpan, Uri."),
    };

    public static object FromAmqp(object value) => value switch
    {
        Symbol symbol => symbol.ToString(),
        DescribedValue { Descriptor: Symbol name, Value: var inner } => Described(name, inner) ?? value,
        _ => value,
    };

    private static object? Described(Symbol name, object value) => value switch
    {
        long ticks when name.Equals(DateTimeOffsetName) => new DateTimeOffset(ticks, TimeSpan.Zero),
        long ticks when name.Equals(TimeSpanName) => TimeSpan.FromTicks(ticks),
        string text when name.Equals(UriName) => new Uri(text, UriKind.RelativeOrAbsolute),
        _ => null,
    };
}
