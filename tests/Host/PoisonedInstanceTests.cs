using System.Globalization;
using System.Text.Json.Nodes;
using LocalHost;
using LocalHost.Commands;
using LocalHost.Durable;
using LocalHost.Durable.Management;
using LocalHost.Durable.Storage;
using Spectre.Console;

namespace Worker.Tests;

/// <summary>What the management API tells of an instance that the engine has set aside, and that it can be put back over it.</summary>
public sealed class PoisonedInstanceTests
{
    private const string Orchestrator = nameof(DurableFunctionTests.Greetings.GreetingOrchestrator);

    [Fact]
    public async Task It_is_listed_shown_with_its_cause_put_back_and_goes_on()
    {
        var hub = new MemoryTaskHubStore();
        await using (var first = await DurableFunctionTests.Start(hub))
        {
            using var http = Http(first);
            await Ask(http, HttpMethod.Post, $"orchestrators/{Orchestrator}/well", """{"Name":"kim"}""");
            await Ask(http, HttpMethod.Post, $"orchestrators/{Orchestrator}/poor", """{"Name":"lee"}""");
            await first.WhenIdle();
        }

        var row = await SetStatus(hub, "poor", "Dozing");
        await using (var second = await DurableFunctionTests.Start(hub, null, ("AzureFunctionsJobHost__extensions__durableTask__maxTurnAttempts", "1")))
        {
            await second.WhenIdle();
            using var http = Http(second);
            var (_, listed) = await Ask(http, HttpMethod.Get, "instances?poisoned=true");
            var poor = Assert.Single(listed!.AsArray())!;
            Assert.Equal(("poor", "Running", 1), ((string?)poor["instanceId"], (string?)poor["runtimeStatus"], (int?)poor["poisoned"]!["attempts"]));
            var (status, shown) = await Ask(http, HttpMethod.Get, "instances/poor?showHistory=true");
            Assert.Equal(202, status);
            Assert.Equal("InvalidDataException: The status row 'status|poor' can not be read: 'Dozing' is no status.", (string?)shown!["poisoned"]!["cause"]);
            Assert.Equal("The status row 'status|poor' can not be read: 'Dozing' is no status.", (string?)shown["unreadable"]);
            Assert.Equal(
                TestApp.Start, DateTimeOffset.Parse((string)shown["poisoned"]!["since"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
            Assert.Equal(3, shown["historyEvents"]!.AsArray().Count);
            var printed = new StringWriter();
            AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(printed) }).Write(InstanceTimeline.Of(shown));
            Assert.Contains("set aside since 09-18 09:00:00 (attempts: 1)", printed.ToString(), StringComparison.Ordinal);
            Assert.Equal(2, (await Ask(http, HttpMethod.Get, "instances")).Body!.AsArray().Count);

            Assert.Equal(409, (await Ask(http, HttpMethod.Post, "instances/poor/putBack")).Status);
            Assert.Equal(409, (await Ask(http, HttpMethod.Post, "instances/well/putBack")).Status);
            Assert.Equal(404, (await Ask(http, HttpMethod.Post, "instances/nobody/putBack")).Status);
        }

        await SetStatus(hub, "poor", row);
        await using var third = await DurableFunctionTests.Start(hub);
        using var client = Http(third);
        Assert.Equal(202, (await Ask(client, HttpMethod.Post, "instances/poor/putback")).Status);
        await third.AdvanceTo(TestApp.Start.AddDays(4));
        var (ended, whole) = await Ask(client, HttpMethod.Get, "instances/poor");
        Assert.Equal((200, "hello lee, bye lee"), (ended, (string?)whole!["output"]));
        Assert.False(whole.AsObject().ContainsKey("poisoned"));
        Assert.Empty((await Ask(client, HttpMethod.Get, "instances?poisoned=true")).Body!.AsArray());
        Assert.Equal(410, (await Ask(client, HttpMethod.Post, "instances/poor/putBack")).Status);
    }

    [Fact]
    public async Task One_whose_large_input_is_gone_is_shown_and_hides_no_other()
    {
        var hub = new MemoryTaskHubStore();
        await using var host = await DurableFunctionTests.Start(hub);
        using var http = Http(host);
        var large = Convert.ToHexString(Random(seed: 1, length: 100_000));
        await Ask(http, HttpMethod.Post, $"orchestrators/{Orchestrator}/poor", $$"""{"Name":"nobody","More":"{{large}}"}""");
        await Ask(http, HttpMethod.Post, $"orchestrators/{Orchestrator}/well", """{"Name":"kim"}""");
        await host.WhenIdle();
        foreach (var name in await hub.LargeValues.ListAsync(CancellationToken.None))
        {
            await hub.LargeValues.DeleteAsync(name, CancellationToken.None);
        }

        var (status, shown) = await Ask(http, HttpMethod.Get, "instances/poor?showHistory=true");
        Assert.Equal((200, "Failed"), (status, (string?)shown!["runtimeStatus"]));
        Assert.StartsWith("Input of the instance 'poor' is gone", (string?)shown["unreadable"], StringComparison.Ordinal);
        var listed = (await Ask(http, HttpMethod.Get, "instances")).Body!.AsArray();
        Assert.Equal(["poor", "well"], listed.Select(static one => (string)one!["instanceId"]!).Order(StringComparer.Ordinal));
        Assert.Equal(["poor"], listed.Where(static one => one!["unreadable"] is not null).Select(static one => (string)one!["instanceId"]!));
        foreach (var verb in new[] { "rewind", "restart?restartWithNewInstanceId=false" })
        {
            var (refused, why) = await Ask(http, HttpMethod.Post, $"instances/poor/{verb}");
            Assert.Equal(409, refused);
            Assert.StartsWith("Input of the instance 'poor' is gone", (string?)why!["Message"], StringComparison.Ordinal);
        }

        Assert.Equal(200, (await Ask(http, HttpMethod.Delete, "instances/poor")).Status);
    }

    [Fact]
    public async Task It_can_be_purged_as_it_is()
    {
        var hub = new MemoryTaskHubStore();
        await using (var first = await DurableFunctionTests.Start(hub))
        {
            using var http = Http(first);
            await Ask(http, HttpMethod.Post, $"orchestrators/{Orchestrator}/poor", """{"Name":"lee"}""");
            await first.WhenIdle();
        }

        await SetStatus(hub, "poor", "Dozing");
        await using var second = await DurableFunctionTests.Start(hub, null, ("AzureFunctionsJobHost__extensions__durableTask__maxTurnAttempts", "1"));
        await second.WhenIdle();
        using var client = Http(second);
        Assert.Equal(1, (int?)(await Ask(client, HttpMethod.Delete, "instances/poor")).Body!["instancesDeleted"]);
        Assert.Equal(404, (await Ask(client, HttpMethod.Get, "instances/poor")).Status);
    }

    /// <summary>Spoils, or mends, a status row while no host runs; returns what it said before.</summary>
    private static async Task<string> SetStatus(MemoryTaskHubStore hub, string instanceId, string status)
    {
        var shard = TaskHubKeys.Shard(InstanceIds.Shard(instanceId, new DurableEngineOptions().PartitionCount));
        var guard = (await hub.FindAsync(shard, TaskHubKeys.Epoch, CancellationToken.None))!;
        var before = (await hub.FindAsync(shard, TaskHubKeys.Status(instanceId), CancellationToken.None))!.Text("Status")!;
        var change = RowChange.Merge(TaskHubKeys.Status(instanceId), new Dictionary<string, object> { ["Status"] = status });
        await hub.CommitAsync(shard, guard, guard.Tag, [change], CancellationToken.None);
        return before;
    }

    private static byte[] Random(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static HttpClient Http(RunningHost host)
    {
        var http = new HttpClient { BaseAddress = new Uri(host.BaseAddress, $"{ManagementRoutes.Base.TrimStart('/')}/") };
        http.DefaultRequestHeaders.Add("x-functions-key", ManagementRoutes.UsualKey);
        return http;
    }

    private static async Task<(int Status, JsonNode? Body)> Ask(HttpClient http, HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }
}
