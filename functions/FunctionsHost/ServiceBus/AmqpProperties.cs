namespace Microsoft.Azure.Functions.Worker;

internal static class AmqpProperties
{
    public static Dictionary<string, object> Decode(ReadOnlyMemory<byte> encoded) => throw new NotSupportedException($"{encoded.Length}");
}
