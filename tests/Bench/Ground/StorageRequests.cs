using System.Reflection;

namespace Bench.Ground;

/// <summary>
/// Counts the requests that this process sends to a storage. Apps and engine have accounts of their own in it, and a request's address says whose it is.
/// It is told by the runtime's diagnostic event and not by its metric, which knows no addresses, nor by traces, from which the product takes them.
/// </summary>
internal sealed class StorageRequests : IDisposable, IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string Begins = "System.Net.Http.HttpRequestOut.Start";

    private readonly List<IDisposable> _listening = [];
    private readonly int _queues;
    private readonly int _tables;
    private readonly IReadOnlyList<int> _ports;
    private PropertyInfo? _request;
    private long _app;
    private long _engine;
    private long _looks;

    public StorageRequests(Azurite storage)
    {
        (_ports, _queues, _tables) = (storage.Ports, storage.Ports[1], storage.Ports[2]);
        _listening.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public StorageCount Now => new(Interlocked.Read(ref _app), Interlocked.Read(ref _engine), Interlocked.Read(ref _looks));

    public void Dispose() => _listening.ForEach(static one => one.Dispose());

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == "HttpHandlerDiagnosticListener")
        {
            _listening.Add(value.Subscribe(this));
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == Begins)
        {
            _request ??= value.Value!.GetType().GetProperty("Request")!; // a type of the runtime's own
            Count((HttpRequestMessage)_request.GetValue(value.Value)!);
        }
    }

    public void OnCompleted() { }
    public void OnError(Exception error) { }

    private void Count(HttpRequestMessage request)
    {
        var address = request.RequestUri!;
        if (!_ports.Contains(address.Port))
        {
            return;
        }

        // Who works on which of the hub's partitions is kept in a table.
        var isWork = (address.Port == _tables && !address.AbsolutePath.Contains("Partitions", StringComparison.Ordinal))
            || (address.Port == _queues && request.Method != HttpMethod.Get);
        Interlocked.Increment(ref !isWork ? ref _looks : ref address.AbsolutePath.StartsWith($"/{Azurite.Account}/", StringComparison.Ordinal) ? ref _app : ref _engine);
    }
}

/// <param name="App">The app's own, to its tables.</param>
/// <param name="Engine">The engine's: histories and states written and read, messages sent, kept and deleted.</param>
/// <param name="Looks">Looks at queues, leases and locks: they depend on how long something takes, and not on what it is.</param>
internal readonly record struct StorageCount(long App, long Engine, long Looks)
{
    public static StorageCount operator -(StorageCount after, StorageCount before) =>
        new(after.App - before.App, after.Engine - before.Engine, after.Looks - before.Looks);

    public static StorageCount operator +(StorageCount one, StorageCount other) =>
        new(one.App + other.App, one.Engine + other.Engine, one.Looks + other.Looks);
}
