using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Azure.Messaging.ServiceBus;
using FunctionsHosting;
using FunctionsHosting.Clock;
using SmallApp;

namespace Host.Tests;

/// <summary>The built app as a process of its own, as it runs on Azure.</summary>
public sealed class OwnProcessTests
{
    private static readonly FunctionApp App = FunctionApp.In(AppContext.BaseDirectory);

    private static FunctionsHostOptions Options =>
        Small.Only(nameof(HttpFunctions.Greet), nameof(HttpFunctions.ProcessId), nameof(HttpFunctions.Die)) with { Clock = BusinessClock.Real() };

    [Fact]
    public async Task It_answers_and_one_that_dies_is_started_again_and_it_ends_with_the_host()
    {
        int second;
        await using (var host = await FunctionsHost.StartAsync(App, Options))
        {
            using var client = host.CreateClient();
            await ProcessIdOnceThere(client); // a cold worker may say that it is not there yet
            Assert.Contains("Hello Kim", await client.GetStringAsync(new Uri("small/greet/Kim", UriKind.Relative)), StringComparison.Ordinal);
            var first = await client.GetFromJsonAsync<int>("small/process-id");
            Assert.NotEqual(Environment.ProcessId, first);

            using (var died = await client.PostAsync(new Uri("small/die", UriKind.Relative), content: null))
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, died.StatusCode);
                Assert.Equal("application/problem+json", died.Content.Headers.ContentType?.MediaType);
                Assert.NotNull(died.Headers.RetryAfter);
            }

            second = await ProcessIdOnceThere(client);
            Assert.NotEqual(first, second);
        }

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(second));
    }

    [Fact]
    public async Task A_message_that_comes_while_no_worker_runs_waits_for_the_next_one()
    {
        var options = Small.Only(nameof(HttpFunctions.Die), nameof(HttpFunctions.ProcessId), nameof(QueueFunctions.ReadText));
        await using var host = await FunctionsHost.StartAsync(App, options with { Clock = BusinessClock.Real() });
        using var client = host.CreateClient();
        await using var bus = new ServiceBusClient(host.Settings["ServiceBusConnection"]);
        using (await client.PostAsync(new Uri("small/die", UriKind.Relative), content: null))
        {
            await bus.CreateSender("texts").SendMessageAsync(new ServiceBusMessage("reads"));
        }

        await ProcessIdOnceThere(client);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await host.WhenIdle(limit.Token);

        Assert.Null(await bus.CreateReceiver("texts").PeekMessageAsync());
        Assert.Null(await bus.CreateReceiver("texts/$DeadLetterQueue").PeekMessageAsync());
    }

    [Fact]
    public async Task What_it_says_before_it_ends_is_the_reason_why_the_host_does_not_start()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(
            () => FunctionsHost.StartAsync(App, Options.With("SmallApp:Wrong", "Sms:SenderNumber is missing")));

        Assert.Contains("worker ended before it was ready", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Sms:SenderNumber is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_clock_than_the_real_one_needs_the_worker_in_the_hosts_process()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(
            () => FunctionsHost.StartAsync(App, Options with { Clock = BusinessClock.Frozen(Small.Start) }));

        Assert.Contains("lives in real time", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_holds_no_built_app_is_named_with_what_it_lacks()
    {
        using var folder = new TempFolder();
        var refused = Assert.Throws<HostStartException>(() => FunctionApp.In(folder.Path));

        Assert.StartsWith($"{folder.Path} is not the folder of a built function app", refused.Message, StringComparison.Ordinal);
        Assert.Contains("functions.metadata", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<int> ProcessIdOnceThere(HttpClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            using var answer = await client.GetAsync(new Uri("small/process-id", UriKind.Relative), limit.Token);
            if (answer.IsSuccessStatusCode)
            {
                return await answer.Content.ReadFromJsonAsync<int>(limit.Token);
            }

            await pause.WaitForNextTickAsync(limit.Token);
        }
    }
}
