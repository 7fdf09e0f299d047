using System.Text.Json;
using FunctionsHosting.Clock;
using LocalHost;
using LocalHost.Commands;
using LocalHost.Sandbox;

namespace Sandbox.Tests.Faults;

public sealed class ScenarioTests : IAsyncLifetime
{
    private static readonly Fault s_away = new() { System = SandboxSystem.Board, Kind = FaultKind.Status, Status = 503, Rate = 1 };

    private World _world = null!;

    public async Task InitializeAsync() => _world = await World.Start();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_scenario_replaces_all_orders()
    {
        await _world.Sandbox.Order(s_away);
        await _world.Sandbox.SetScenario(new() { Faults = [s_away with { System = SandboxSystem.Sms }] });

        using var board = await Look.At(_world, SandboxSystem.Board);
        using var sms = await Look.At(_world, SandboxSystem.Sms);

        Assert.Equal((200, 503), ((int)board.StatusCode, (int)sms.StatusCode));
    }

    [Fact]
    public async Task What_stands_is_told_with_how_often_it_was_carried_out()
    {
        var (often, once) = (s_away with { Seed = 3 }, s_away with { System = SandboxSystem.Sms, Rate = null, Times = 1 });
        await _world.Sandbox.SetScenario(new() { Faults = [often, once] });
        (await Look.At(_world, SandboxSystem.Board)).Dispose();
        (await Look.At(_world, SandboxSystem.Board)).Dispose();
        (await Look.At(_world, SandboxSystem.Sms)).Dispose();

        var state = await _world.Sandbox.Scenario();

        Assert.Equal([new(often, 2, 2, null)], state.Standing);
        Assert.Equal([new(once, 1, 1, 0)], state.UsedUp);
    }

    [Fact]
    public async Task The_last_hundred_used_up_orders_are_remembered_until_they_are_cleared()
    {
        await _world.Sandbox.SetScenario(new() { Faults = [.. Enumerable.Range(400, 101).Select(s => s_away with { Rate = null, Status = s })] });
        for (var i = 0; i < 101; i++)
        {
            (await Look.At(_world, SandboxSystem.Board)).Dispose();
        }

        Assert.Equal(Enumerable.Range(401, 100), (await _world.Sandbox.Scenario()).UsedUp.Select(o => o.Fault.Status!.Value));

        await _world.Sandbox.ClearFaults();
        Assert.Empty((await _world.Sandbox.Scenario()).UsedUp);
    }

    [Theory]
    [InlineData("""{"faults":[{"system":"sms","kind":"drop","ratee":0.3}]}""", "faults[0]: member 'ratee' is unknown; allowed: system, operation, when, kind")]
    [InlineData("""{"faults":[],"fault":[]}""", "member 'fault' is unknown; allowed: faults")]
    [InlineData("""{"faults":[{"system":"weather","kind":"drop"}]}""", "system cannot be \"weather\"; allowed: crm, board, driver-admin, sms")]
    [InlineData("""{"faults":[{"system":"sms","kind":"slow-body"}]}""", "allowed: status, hold, drop, delay, slowBody, cutBody, garbage")]
    [InlineData("""{"faults":[{"system":"sms","kind":"drop","when":"during"}]}""", "when cannot be \"during\"; allowed: before, after")]
    [InlineData("""{"faults":[{"system":"sms","kind":"drop","times":"three"}]}""", "times cannot be \"three\"; allowed: a whole number")]
    [InlineData("""{"faults":[{"system":"sms"}]}""", "'kind' is missing; allowed: status, hold")]
    [InlineData("""{"faults":[{"system":"sms","kind":"drop","operation":"post"}]}""", "faults[0]: operation 'post' is not one of: *, group-create")]
    [InlineData("""{"faults":[{"system":"sms","kind":"slowBody"}]}""", "delayMs must be 1 or more for kinds 'delay' and 'slowBody'")]
    [InlineData("""{"faults":["drop"]}""", "faults[0]: a fault order is an object; its members: system, operation")]
    [InlineData("""[{"system":"sms","kind":"drop"}]""", "a scenario is an object with one member, faults")]
    [InlineData("""{"faults":[],"faults":[]}""", "a scenario is JSON")]
    [InlineData("drop everything", "a scenario is JSON")]
    public async Task A_scenario_nobody_can_carry_out_is_refused_and_what_stood_stands(string text, string problem)
    {
        await _world.Sandbox.Order(s_away);
        using var content = new StringContent(text);

        using var response = await _world.Http.PutAsync("sandbox/scenario", content);

        Assert.Equal(400, (int)response.StatusCode);
        using var problems = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Contains(problem, problems.RootElement.GetProperty("detail").GetString());
        Assert.Single((await _world.Sandbox.Scenario()).Standing);
    }

    [Fact]
    public async Task The_example_of_the_readme_is_read_and_stands()
    {
        var scenario = ScenarioFile.Read(new(Path.Combine(RepositoryRoot.Path, "functions", "LocalHost", "Sandbox", "scenario.example.json")))!;

        await ScenarioFile.Begin(scenario, _world.Http.BaseAddress!, CancellationToken.None);

        var standing = (await _world.Sandbox.Scenario()).Standing;
        Assert.Equal(scenario.Faults, standing.Select(o => o.Fault));
        Assert.Equal(Enum.GetValues<SandboxSystem>(), standing.Select(o => o.Fault.System).Distinct().Order());
    }

    [Fact]
    public void A_file_that_cannot_be_used_stops_the_start_with_its_name_and_every_problem()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{"faults":[{"system":"sms","kind":"drop","oops":1},{"system":"sms","kind":"drop","times":0}]}""");

            var refused = Assert.Throws<HostStartException>(() => ScenarioFile.Read(new(file)));

            Assert.Contains(file, refused.Message);
            Assert.Equal(2, refused.Problems.Count);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Contains(file, Assert.Throws<HostStartException>(() => ScenarioFile.Read(new(file))).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_outside_world_of_a_started_host_misbehaves_wherever_it_runs(bool elsewhere)
    {
        var settings = new Dictionary<string, string?>();
        var request = new OutsideWorldRequest(
            settings,
            new("http://127.0.0.1:9/"),
            elsewhere ? _world.Http.BaseAddress : null,
            new() { Faults = [s_away with { Seed = 3 }] },
            BusinessClock.Real(),
            new(),
            _ => { });

        await using var own = await DevelopmentSettings.WithSandbox(request, CancellationToken.None);

        using var sandbox = SandboxClient.At(new(new Uri(settings["Solapi:BaseUrl"]!), "/"));
        Assert.Equal(elsewhere, sandbox.BaseAddress == _world.Http.BaseAddress);
        Assert.Equal(s_away with { Seed = 3 }, Assert.Single((await sandbox.Scenario()).Standing).Fault);
    }

    [Fact]
    public async Task A_sandbox_that_does_not_answer_stops_the_start()
    {
        var nobody = _world.Http.BaseAddress!;
        await _world.DisposeAsync();

        var refused = await Assert.ThrowsAsync<HostStartException>(() => ScenarioFile.Begin(new() { Faults = [s_away] }, nobody, CancellationToken.None));

        Assert.Contains(nobody.AbsoluteUri, refused.Message);
    }
}
