using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using FunctionsHosting;
using FunctionsHosting.Clock;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmallApp;

namespace Host.Tests;

public sealed class FunctionsHostTests
{
    private static FunctionsHostOptions Waiting => Small.Only(nameof(HttpFunctions.Wait));

    [Fact]
    public async Task A_taken_port_is_named_with_the_option_that_changes_it()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var refused = await Assert.ThrowsAsync<HostStartException>(() => (Waiting with { Port = port }).Run());

        Assert.StartsWith($"Port {port} cannot be used", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--port", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_apps_program_throws_is_the_reason_why_the_host_does_not_start()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(() => Waiting.With("SmallApp:Wrong", "Sms:SenderNumber is missing").Run());

        Assert.EndsWith("could not start: Sms:SenderNumber is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_of_the_app_are_named_one_by_one()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(
            () => Waiting.With("SmallApp:Wrong", "Sms:Provider is 'Nope'.|FollowUp:Days is 'three'.|FollowUp:Days is 'three'.").Run());

        Assert.Equal(["Sms:Provider is 'Nope'.", "FollowUp:Days is 'three'."], refused.Problems);
    }

    [Fact]
    public async Task A_program_that_runs_no_host_is_told_so()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(() => Waiting.With("SmallApp:RunsNothing", "true").Run());

        Assert.Contains("builder.Build().Run()", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Durable_functions_without_a_storage_are_refused_by_the_settings_name()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(() => Small.Only(nameof(DurableFunctions.Trip)).Run());

        Assert.Contains("AzureWebJobsStorage", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopping_host_finishes_the_request_at_work_and_takes_no_other()
    {
        var host = await Waiting.Run();
        var gate = host.Gate();
        using var client = host.CreateClient();
        var answer = client.GetStringAsync(new Uri("small/wait", UriKind.Relative));
        await gate.Begun.Task;
        Assert.Equal("1 x request", host.UnderWay);

        var stopping = host.DisposeAsync();
        gate.MayEnd.SetResult();

        Assert.Equal("done", await answer);
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("small/wait", UriKind.Relative)));
    }

    [Fact]
    public async Task A_request_that_outlasts_the_drain_limit_is_cancelled()
    {
        var host = await (Waiting with { DrainLimit = TimeSpan.FromMilliseconds(200) }).Run();
        var gate = host.Gate();
        using var client = host.CreateClient();
        var answer = client.GetAsync(new Uri("small/wait", UriKind.Relative));
        await gate.Begun.Task;

        await host.DisposeAsync();

        await gate.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Task.WhenAny(answer);
    }

    [Fact]
    public async Task A_function_hears_that_its_caller_has_gone()
    {
        await using var host = await Waiting.Run();
        using var client = host.CreateClient();
        using var leaving = new CancellationTokenSource();
        var answer = client.GetAsync(new Uri("small/wait", UriKind.Relative), leaving.Token);
        await host.Gate().Begun.Task;

        await leaving.CancelAsync();

        await host.Gate().Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await host.WhenIdle();
    }

    [Fact]
    public async Task A_worker_that_stops_by_itself_is_started_again()
    {
        await using var host = await Small.Only(nameof(HttpFunctions.Greet)).Run();
        using var client = host.CreateClient();
        var first = host.Services;
        first.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (ReferenceEquals(host.Services, first))
        {
            await pause.WaitForNextTickAsync(limit.Token);
        }

        Assert.Contains("Hello Kim", await client.GetStringAsync(new Uri("small/greet/Kim", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_hosts_started_at_the_same_moment_in_one_process_all_run_their_own_app()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(static i => Small.Only(nameof(HttpFunctions.Greet))
            .Run(services => services.AddSingleton<Greeting>(new Numbered(i)))));
        try
        {
            foreach (var (host, i) in hosts.Select(static (host, i) => (host, i)))
            {
                using var client = host.CreateClient();
                Assert.Contains($"\"{i} Kim\"", await client.GetStringAsync(new Uri("small/greet/Kim", UriKind.Relative)), StringComparison.Ordinal);
            }
        }
        finally
        {
            await Task.WhenAll(hosts.Select(static host => host.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Test_hooks_drive_the_clock_of_a_host_in_another_process()
    {
        using var folder = new TempFolder();
        var kept = new ClockFile(Path.Combine(folder.Path, "clock.json"));
        await using var host = await (Waiting with { TestHooks = true, ClockFile = kept }).Run();
        using var client = host.CreateClient();

        using var moved = await client.PostAsJsonAsync("localhost/clock/advance", new { to = "2026-09-21T09:00:00+09:00" });
        var status = await client.GetFromJsonAsync<JsonElement>("localhost/status");

        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        Assert.Equal(new DateTimeOffset(2026, 9, 21, 0, 0, 0, TimeSpan.Zero), host.Clock.GetUtcNow());
        Assert.Equal(host.Clock.GetUtcNow(), kept.Resume(Small.Start, 0));
        Assert.Equal(host.BaseAddress.Port, status.GetProperty("httpPort").GetInt32());
        Assert.Equal("Wait", status.GetProperty("functions")[0].GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("localhost/idle", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Waiting_for_idle_in_vain_names_what_is_under_way()
    {
        await using var host = await (Waiting with { TestHooks = true }).Run();
        using var client = host.CreateClient();
        var answer = client.GetStringAsync(new Uri("small/wait", UriKind.Relative));
        await host.Gate().Begun.Task;

        using var idle = await client.GetAsync(new Uri("localhost/idle?timeout=1", UriKind.Relative));
        host.Gate().MayEnd.SetResult();

        Assert.Equal(HttpStatusCode.GatewayTimeout, idle.StatusCode);
        Assert.Contains("1 x request", await idle.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await answer;
    }

    [Fact]
    public async Task Test_hooks_are_not_there_unless_asked_for()
    {
        await using var host = await Waiting.Run();
        using var client = host.CreateClient();

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("localhost/status", UriKind.Relative))).StatusCode);
    }

    private sealed class Numbered(int number) : Greeting
    {
        public override string Words => $"{number}";
    }
}
