using System.Globalization;
using System.Text.RegularExpressions;
using LocalHost.Sandbox;

namespace Platform.Tests;

/// <summary>A storage that others use, too, over lines of its own: one for each of its services.</summary>
internal sealed partial class FarStorage : IAsyncDisposable
{
    private readonly Dictionary<string, Relay> _lines = [];

    /// <param name="connection">Azurite's connection string.</param>
    public FarStorage(string connection) => ConnectionString = Endpoint().Replace(connection, endpoint =>
    {
        var line = _lines[endpoint.Groups["service"].Value] = Relay.To(int.Parse(endpoint.Groups["port"].Value, CultureInfo.InvariantCulture));
        return $"{endpoint.Groups["service"].Value}Endpoint=http://127.0.0.1:{line.Port}/";
    });

    public string ConnectionString { get; }

    /// <param name="services">Blob, Queue, Table.</param>
    /// <param name="line">How they behave from now on.</param>
    public void Be(IEnumerable<string> services, Line line)
    {
        foreach (var service in services)
        {
            _lines[service].Be(line);
        }
    }

    /// <summary>Ends when the host has felt that a service is away.</summary>
    public Task Felt(string service) => _lines[service].Felt;

    /// <inheritdoc cref="Relay.Stop"/>
    public RequestStop Stop(string service, FaultMoment moment, params string[] words) => _lines[service].Stop(moment, words);

    /// <summary>Hears each request to a service that was answered.</summary>
    public void Hear(Action<string, string> requests)
    {
        foreach (var (service, line) in _lines)
        {
            line.Hear = request => requests(service, request);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var line in _lines.Values)
        {
            await line.DisposeAsync();
        }
    }

    [GeneratedRegex(@"(?<service>Blob|Queue|Table)Endpoint=http://127\.0\.0\.1:(?<port>\d+)/", RegexOptions.CultureInvariant)]
    private static partial Regex Endpoint();
}
