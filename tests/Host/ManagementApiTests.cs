using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LocalHost;
using LocalHost.Commands;
using LocalHost.Durable.Management;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Worker.Tests;

public sealed class ManagementApiTests : IAsyncLifetime
{
    private const string Orchestrator = nameof(DurableFunctionTests.Greetings.GreetingOrchestrator);

    private RunningHost _host = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _host = await DurableFunctionTests.Start();
        _http = new() { BaseAddress = new Uri(_host.BaseAddress, $"{ManagementRoutes.Base.TrimStart('/')}/") };
        _http.DefaultRequestHeaders.Add("x-functions-key", ManagementRoutes.UsualKey);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_system_key_nobody_is_let_in()
    {
        using var stranger = new HttpClient { BaseAddress = _http.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("instances")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("instances?code=guess")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync($"instances?code={ManagementRoutes.UsualKey}")).StatusCode);
    }

    [Fact]
    public async Task An_instance_is_started_watched_and_shown_with_its_history()
    {
        var (status, started, headers) = await Ask(HttpMethod.Post, $"orchestrators/{Orchestrator}/greeting-1", """{"Name":"kim"}""");
        Assert.Equal((202, "greeting-1"), (status, (string?)started!["id"]));
        Assert.Equal((string?)started["statusQueryGetUri"], headers.Location?.AbsoluteUri);
        Assert.EndsWith("/instances/greeting-1/raiseEvent/{eventName}", (string?)started["sendEventPostUri"], StringComparison.Ordinal);
        await _host.WhenIdle();
        Assert.Equal(409, (await Ask(HttpMethod.Post, $"orchestrators/{Orchestrator}/greeting-1", "{}")).Status);

        var (running, shown, more) = await Ask(HttpMethod.Get, "instances/greeting-1?showHistory=true");
        Assert.Equal((202, TimeSpan.FromSeconds(5)), (running, more.RetryAfter?.Delta));
        Assert.Equal(("Running", "kim", 0), ((string?)shown!["runtimeStatus"], (string?)shown["input"]!["Name"], shown["output"]?.ToString().Length ?? 0));
        Assert.Equal(["ExecutionStarted", "TaskCompleted", "TimerCreated"], shown["historyEvents"]!.AsArray().Select(one => (string?)one!["EventType"]));
        Assert.Equal("Say", (string?)shown["historyEvents"]![1]!["FunctionName"]);
        Assert.Null(shown["historyEvents"]![1]!["Result"]);

        await _host.AdvanceTo(TestApp.Start.AddDays(4));
        var (ended, whole, _) = await Ask(HttpMethod.Get, "instances/greeting-1?showHistory=true&showHistoryOutput=true&showInput=false");
        Assert.Equal((200, "hello kim, bye kim"), (ended, (string?)whole!["output"]));
        Assert.Null(whole["input"]);
        Assert.Equal("hello kim", (string?)whole["historyEvents"]![1]!["Result"]);
        Assert.Equal("Completed", (string?)whole["historyEvents"]!.AsArray()[^1]!["OrchestrationStatus"]);
        Assert.Equal(410, (await Ask(HttpMethod.Post, "instances/greeting-1/terminate?reason=late")).Status);
        Assert.Equal(412, (await Ask(HttpMethod.Post, "instances/greeting-1/rewind")).Status);
    }

    [Fact]
    public async Task It_is_suspended_resumed_raised_an_event_terminated_restarted_and_purged()
    {
        await Ask(HttpMethod.Post, $"orchestrators/{Orchestrator}/g", """{"Name":"kim"}""");
        await _host.WhenIdle();
        foreach (var (order, state) in new[] { ("suspend?reason=hold", "Suspended"), ("resume", "Running"), ("raiseEvent/Go", "Running"), ("terminate?reason=enough", "Terminated") })
        {
            Assert.Equal(202, (await Ask(HttpMethod.Post, $"instances/g/{order}", "1")).Status);
            await _host.WhenIdle();
            Assert.Equal(state, (string?)(await Ask(HttpMethod.Get, "instances/g")).Body!["runtimeStatus"]);
        }

        Assert.Equal("enough", (string?)(await Ask(HttpMethod.Get, "instances/g")).Body!["output"]);
        Assert.Equal(202, (await Ask(HttpMethod.Post, "instances/g/restart?restartWithNewInstanceId=false")).Status);
        await _host.WhenIdle();
        Assert.Equal(409, (await Ask(HttpMethod.Post, "instances/g/restart?restartWithNewInstanceId=false")).Status);
        Assert.Equal(412, (await Ask(HttpMethod.Delete, "instances/g")).Status);
        await _host.AdvanceTo(TestApp.Start.AddDays(4));
        Assert.Equal(1, (int?)(await Ask(HttpMethod.Delete, "instances/g")).Body!["instancesDeleted"]);
        Assert.Equal(404, (await Ask(HttpMethod.Get, "instances/g")).Status);
    }

    [Fact]
    public async Task A_failed_one_is_rewound_and_its_history_tells_of_it()
    {
        await Ask(HttpMethod.Post, $"orchestrators/{Orchestrator}/g", """{"Name":"nobody"}""");
        await _host.WhenIdle();
        Assert.Equal("Failed", (string?)(await Ask(HttpMethod.Get, "instances/g")).Body!["runtimeStatus"]);
        _host.Services.GetRequiredService<DurableFunctionTests.Log>().GreetsNobody = true;

        Assert.Equal(202, (await Ask(HttpMethod.Post, "instances/g/rewind?reason=mended")).Status);
        Assert.Equal(412, (await Ask(HttpMethod.Post, "instances/g/rewind")).Status);
        await _host.AdvanceTo(TestApp.Start.AddDays(4));

        var shown = (await Ask(HttpMethod.Get, "instances/g?showHistory=true&showInput=false")).Body!;
        Assert.Equal("hello nobody, bye nobody", (string?)shown["output"]);
        Assert.Equal(
            [
                ("ExecutionStarted", null), ("GenericEvent", "Rewound: TaskScheduled"), ("GenericEvent", "Rewound: TaskFailed"),
                ("GenericEvent", "Rewound: ExecutionCompleted"), ("ExecutionRewound", null), ("TaskCompleted", null), ("TimerCreated", null),
                ("TimerFired", null), ("TaskCompleted", null), ("ExecutionCompleted", null),
            ],
            shown["historyEvents"]!.AsArray().Select(static one => ((string?)one!["EventType"], (string?)one["Data"])));
        var timeline = Printed(InstanceTimeline.Of(shown));
        Assert.Contains("undone: TaskFailed Say reason \"System.InvalidOperationException: nobody to greet\"", timeline, StringComparison.Ordinal);
        Assert.Contains("rewound reason \"mended\"", timeline, StringComparison.Ordinal);
        Assert.DoesNotContain("TaskScheduled", timeline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_filtered_and_comes_in_pages()
    {
        for (var number = 1; number <= 5; number++)
        {
            await Ask(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"orchestrators/{Orchestrator}/g-{number}"), """{"Name":"kim"}""");
        }

        await Ask(HttpMethod.Post, $"orchestrators/{Orchestrator}/other", """{"Name":"nobody"}""");
        await _host.WhenIdle();
        var seen = new List<string?>();
        for (string? token = null, first = ""; first is not null; first = token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "instances?top=2&instanceIdPrefix=g-&runtimeStatus=Running,Bogus");
            if (token is not null)
            {
                request.Headers.Add("x-ms-continuation-token", token);
            }

            using var response = await _http.SendAsync(request);
            seen.AddRange((await response.Content.ReadFromJsonAsync<JsonArray>())!.Select(one => (string?)one!["instanceId"]));
            token = response.Headers.GetValues("x-ms-continuation-token").Single() is { Length: > 0 } next ? next : null;
        }

        Assert.Equal(["g-1", "g-2", "g-3", "g-4", "g-5"], seen.Order());
        Assert.Equal("other", (string?)Assert.Single((await Ask(HttpMethod.Get, "instances?runtimeStatus=Failed")).Body!.AsArray())!["instanceId"]);
        Assert.Equal(500, (await Ask(HttpMethod.Get, "instances/other?returnInternalServerErrorOnFailure=true")).Status);
        Assert.Equal(400, (await Ask(HttpMethod.Delete, "instances")).Status);
        foreach (var mistyped in new[] { "runtimeStatus=Running", "runtimeStatus=Canceled", "runtimeStatus=Bogus", "createdTimeTo=yesterday" })
        {
            var (refused, why, _) = await Ask(HttpMethod.Delete, $"instances?createdTimeFrom=2026-01-01T00:00:00Z&{mistyped}");
            Assert.Equal(400, refused);
            Assert.Contains(mistyped.Replace("=", " is '", StringComparison.Ordinal), (string)why!["Message"]!, StringComparison.Ordinal);
        }

        Assert.Equal(6, (await Ask(HttpMethod.Get, "instances")).Body!.AsArray().Count);
        Assert.Equal(1, (int?)(await Ask(HttpMethod.Delete, "instances?createdTimeFrom=2026-01-01T00:00:00Z")).Body!["instancesDeleted"]);
        Assert.Equal(404, (await Ask(HttpMethod.Delete, "instances?createdTimeFrom=2026-01-01T00:00:00Z")).Status);
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_told_so()
    {
        Assert.Equal(400, (await Ask(HttpMethod.Post, "orchestrators/Nothing", "{}")).Status);
        Assert.Equal(400, (await Ask(HttpMethod.Post, $"orchestrators/{Orchestrator}", "{not json")).Status);
        Assert.Equal(400, (await Ask(HttpMethod.Post, $"orchestrators/{Orchestrator}/@entity", "{}")).Status);
        Assert.Equal(404, (await Ask(HttpMethod.Post, "instances/nobody/terminate")).Status);
        Assert.Equal(404, (await Ask(HttpMethod.Post, "instances/nobody/rewind")).Status);
        Assert.Equal(400, (await Ask(HttpMethod.Post, "instances/nobody/restart")).Status);
        Assert.Equal(400, (await Ask(HttpMethod.Post, "instances/nobody/raiseEvent/Go")).Status);
        Assert.Equal(404, (await Ask(HttpMethod.Post, "instances/nobody/raiseEvent/Go", "1")).Status);
        Assert.Equal(404, (await Ask(HttpMethod.Get, "elsewhere")).Status);
    }

    [Fact]
    public async Task Who_waits_gets_the_output_of_what_ended_in_time()
    {
        var waiting = Ask(HttpMethod.Post, $"orchestrators/{Orchestrator}/w?timeout=30&pollingInterval=1", """{"Name":"kim"}""");
        while ((await Ask(HttpMethod.Get, "instances/w")).Status == 404)
        {
            await Task.Yield();
        }

        await _host.WhenIdle();
        await _host.AdvanceTo(TestApp.Start.AddDays(4));
        var (status, output, _) = await waiting;
        Assert.Equal((200, "hello kim, bye kim"), (status, (string?)output));
        Assert.Equal(202, (await Ask(HttpMethod.Post, $"orchestrators/{Orchestrator}/x?timeout=0&pollingInterval=1", """{"Name":"kim"}""")).Status);
    }

    private async Task<(int Status, JsonNode? Body, System.Net.Http.Headers.HttpResponseHeaders Headers)> Ask(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers);
    }

    private static string Printed(IRenderable shown)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 500;
        console.Write(shown);
        return text.ToString();
    }
}
