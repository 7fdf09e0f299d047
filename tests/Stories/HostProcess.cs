using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LocalHost;
using LocalHost.Sandbox;
using FunctionsHosting.Storage;
using LocalHost.Tour;

namespace Stories.Tests;

/// <summary>
/// The host as a process of its own, to be killed as machines kill: SIGKILL, at once. The sandbox and Azurite stay up. Its clock stands until it is advanced.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(120);

    private readonly StorageFixture _storage;
    private readonly int _number;
    private readonly bool _isFirst;
    private readonly string _lease;
    private readonly string[] _arguments;
    private readonly Dictionary<string, string?> _settings;
    private readonly StringBuilder _output = new();
    private readonly int _port;
    private Process? _process;

    private HostProcess(StorageFixture storage, string connection, string at, string lease, SandboxServer world, int? sharedNumber)
    {
        var number = sharedNumber ?? StorageFixture.NextStory();
        (_storage, _number, _isFirst, _lease, Connection) = (storage, number, sharedNumber is null, lease, connection);
        _port = FreePorts.Take(1)[0];
        World = world;
        Account = string.Create(CultureInfo.InvariantCulture, $"account-{number}");
        Ticket = string.Create(CultureInfo.InvariantCulture, $"{number * 1000 + 1}");
        _settings = new()
        {
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = StorageFixture.HubOf(number),
            ["Storage__TablePrefix"] = StorageFixture.HubOf(number),
            ["SweepSchedule"] = "0 0 4 * * *",
            ["LocalHost__HubLease"] = lease,
        };
        _arguments =
        [
            "start", "--port", $"{_port}", "--service-bus-port", "0", "--frozen", "--test-hooks", "--quiet",
            "--clock", Kst.Parse(at).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            "--data", storage.NewFolder().FullName, "--storage", connection, "--sandbox", world.BaseAddress.AbsoluteUri,
        ];
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}/"), Timeout = Limit };
        Desk = new Desk(Http.BaseAddress, world.CreateClient(), () => Now);
    }

    public SandboxServer World { get; }

    public string Connection { get; }

    /// <summary>The name of the task hub, as the table of its rows has it.</summary>
    public string Hub => StorageFixture.HubOf(_number);

    public string Account { get; }

    public string Ticket { get; }

    public Desk Desk { get; }

    public DateTimeOffset Now { get; private set; }

    public HttpClient Http { get; }

    public int ProcessId => _process!.Id;

    /// <param name="storage">Where it keeps what it knows.</param>
    /// <param name="at">The business time.</param>
    /// <param name="lease">How long the task hub stays the host's when it falls silent.</param>
    /// <param name="connection">Another storage than the fixture's.</param>
    public static async Task<HostProcess> Begin(StorageFixture storage, string at, string lease = "00:01:00", string? connection = null)
    {
        var world = await SandboxServer.StartAsync(new SandboxOptions());
        var host = new HostProcess(storage, connection ?? storage.ConnectionString, at, lease, world, sharedNumber: null) { Now = Kst.Parse(at) };
        await host.Start();
        return host;
    }

    /// <summary>A second host on the same task hub and in the same world, with a port and a folder of its own.</summary>
    public async Task<HostProcess> BeginAnother(string at)
    {
        var host = new HostProcess(_storage, Connection, at, _lease, World, _number) { Now = Kst.Parse(at) };
        await host.Start();
        return host;
    }

    /// <summary>Starts the host, again after a kill with the same data, and waits until it has done what was left over.</summary>
    public async Task Start()
    {
        var assembly = typeof(RunningHost).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [assembly, .. _arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await UntilItAnswers();
        await WhenIdle();
    }

    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>What the host's own status says of the hub's owner while the host waits for it; null when it owns the hub, or does not answer.</summary>
    public async Task<string?> Standby()
    {
        try
        {
            return (await Http.GetFromJsonAsync<JsonElement>("localhost/status")).GetProperty("standby").GetString();
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !_process!.HasExited)
        {
            // It starts again: nothing listens.
            return null;
        }
    }

    /// <summary>Waits until something can be seen at the host from outside.</summary>
    public async Task Until(string what, Func<HostProcess, Task<bool>> seen)
    {
        var began = Stopwatch.StartNew();
        while (!await seen(this))
        {
            Assert.True(began.Elapsed < LongLimit, $"Not within {LongLimit}: {what}.\n{Output()}");
            await Task.Delay(50);
        }
    }

    public Task UntilItOwnsTheHub() => Until("the host owns the hub", static async host =>
    {
        using var answer = await host.Http.GetAsync("localhost/status");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("standby").GetString() is null;
    });

    /// <summary>Orders the sandbox to keep an answer, begins the action, and comes back when the request is held: the moment to kill the host.</summary>
    public async Task HoldDuring(SandboxSystem system, string operation, FaultMoment moment, Func<Task> action)
    {
        await Desk.World.Order(new() { System = system, Operation = operation, When = moment, Kind = FaultKind.Hold });
        var acting = action();
        await Desk.World.WhenHeld(system, operation, Limit);
        await Kill();
        await Desk.World.ClearFaults();
        await Desk.World.ReleaseHeld();

        // The host that should have answered is gone: this is how its callers hear of it.
        await Assert.ThrowsAnyAsync<Exception>(() => acting);
        await Start();
    }

    public async Task AdvanceTo(string kst)
    {
        Now = Kst.Parse(kst);
        using var response = await Http.PostAsJsonAsync("localhost/clock/advance", new { to = Now });
        Assert.True(response.IsSuccessStatusCode, await Explain(response));
    }

    public async Task WhenIdle()
    {
        using var response = await Http.GetAsync("localhost/idle?timeout=50");
        Assert.True(response.IsSuccessStatusCode, await Explain(response));
    }

    public async Task<Filed> File(ComplaintBody complaint)
    {
        var filed = await Desk.File(complaint with { Account = Account, Ticket = Ticket });
        await WhenIdle();
        return new(filed.Answer, filed.Body, filed.Answer.Location?.Split('/')[^1]);
    }

    public async Task<ReceivedByCase> Received(string caseId) => ReceivedByCase.Of(await Desk.World.Received(), caseId, Ticket);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Kill();
        }

        Desk.World.Dispose();
        Desk.Dispose();
        Http.Dispose();
        if (_isFirst)
        {
            await World.DisposeAsync();
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }

    private async Task UntilItAnswers()
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var response = await Http.GetAsync("localhost/status");
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process!.HasExited && began.Elapsed < Limit)
            {
                // Not listening yet: a process tells nobody when it is, so it is asked until it answers.
                await Task.Delay(50);
            }
            catch (HttpRequestException)
            {
                throw new InvalidOperationException($"The host did not start:\n{Output()}");
            }
        }
    }

    private async Task<string> Explain(HttpResponseMessage response) => $"{await response.Content.ReadAsStringAsync()}\n{Output()}";

    public string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }
}
