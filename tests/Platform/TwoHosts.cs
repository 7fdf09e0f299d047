namespace Platform.Tests;

/// <summary>Two hosts in real time on one task hub, beside a broker that is a process of its own.</summary>
public sealed class TwoHosts : IAsyncLifetime
{
    private readonly StorageFixture _storage = new();
    private readonly int _brokerPort = FixedPort.Next();
    private IDisposable _places = null!;
    private DirectoryInfo _messages = null!;
    private BrokerProcess _broker = null!;
    private int _cases;

    internal HostProcess First { get; private set; } = null!;

    internal HostProcess Second { get; private set; } = null!;

    /// <summary>Between hosts and broker.</summary>
    internal Relay ToBroker { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _places = await Places.Take(2); // before anybody else: they live longest
        await _storage.InitializeAsync();
        _messages = _storage.NewFolder();
        ToBroker = Relay.To(_brokerPort);
        await StartBroker();
        var plan = new HostPlan
        {
            Settings = new Dictionary<string, string?>(WholeCase.InRealTime) { ["ServiceBusConnection"] = BrokerProcess.Connection(ToBroker.Port) },
        };
        First = await HostProcess.BeginNow(_storage, plan);
        Second = await First.BeginAnother(plan);
    }

    /// <summary>Cases on tickets of their own, each told to the first host and to the second.</summary>
    internal async Task<IReadOnlyList<(WholeCase AtFirst, WholeCase AtSecond)>> NewCases(int count)
    {
        var cases = new List<(WholeCase, WholeCase)>();
        for (var made = 0; made < count; made++)
        {
            var story = await WholeCase.At(First, _cases++);
            cases.Add((story, story.With(Second)));
        }

        return cases;
    }

    /// <summary>Again with the messages it had.</summary>
    internal async Task StartBroker() => _broker = await BrokerProcess.Start(_messages, _brokerPort);

    internal async Task KillBroker()
    {
        await _broker.Kill();
        _broker.Dispose();
    }

    public async Task DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
        await ToBroker.DisposeAsync();
        _broker.Dispose();
        _places.Dispose();
        await _storage.DisposeAsync();
    }
}
