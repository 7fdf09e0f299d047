namespace Functions.Sdk.Amqp;

/// <summary>The parts of a Service Bus connection string. No text made here holds the key.</summary>
internal sealed record ConnectionString(
    Uri Endpoint, string? KeyName, string? Key, string? Signature, string? EntityPath, bool UseDevelopmentEmulator)
{
    private const string Form = "Endpoint=sb://host[:port];SharedAccessKeyName=…;SharedAccessKey=…[;UseDevelopmentEmulator=true]";

    private static readonly string[] Known =
    [
        "Endpoint", "SharedAccessKeyName", "SharedAccessKey", "SharedAccessSignature", "EntityPath", "UseDevelopmentEmulator", "OperationTimeout",
        "TransportType",
    ];

    /// <exception cref="FormatException">A part is missing, wrong or unknown; the text names it.</exception>
    public static ConnectionString Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, "connectionString");
        var parts = Split(text);
        var parsed = new ConnectionString(
            ParseEndpoint(Take("Endpoint") ?? throw Wrong("has no Endpoint")),
            Take("SharedAccessKeyName"),
            Take("SharedAccessKey"),
            Take("SharedAccessSignature"),
            Take("EntityPath"),
            Take("UseDevelopmentEmulator") is { } flag && ParseFlag(flag));
        if (parsed.Signature is null && parsed.KeyName is null)
        {
            throw Wrong("has no SharedAccessKeyName");
        }

        if (parsed.Signature is null && parsed.Key is null)
        {
            throw Wrong("has no SharedAccessKey");
        }

        return parsed;

        string? Take(string name) => parts.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
    }

    private static Dictionary<string, string> Split(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var number = 0;
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            number++;
            var equals = part.IndexOf('=');
            var name = equals < 0 ? part : part[..equals];
            if (equals < 0 || !Known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                // Not shown: a stray part may be a piece of the key.
                throw Wrong($"has a part (number {number}) that is none of {string.Join(", ", Known)}");
            }

            if (!parts.TryAdd(name, part[(equals + 1)..]))
            {
                throw Wrong($"has {name} twice");
            }
        }

        return parts;
    }

    private static Uri ParseEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.Scheme is "sb" or "amqp" or "amqps"
            ? uri
            : throw Wrong($"has Endpoint '{text}', which is not of the form sb://host or sb://host:port");

    private static bool ParseFlag(string text) =>
        bool.TryParse(text, out var flag) ? flag : throw Wrong($"has UseDevelopmentEmulator '{text}'; allowed: true or false");

    private static FormatException Wrong(string problem) => new($"The Service Bus connection string {problem}. Its form is {Form}.");
}
