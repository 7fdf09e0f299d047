using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using LocalHost;
using FunctionsHosting.Clock;
using Microsoft.Extensions.DependencyInjection;

namespace Worker.Tests;

public sealed partial class StandbyTests
{
    /// <summary>An owner and its standby, each with a broker of its own.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        public required string Hub { get; init; }

        public required RunningHost Owner { get; init; }

        public required RunningHost Standby { get; init; }

        public BusinessClock OwnerClock { get; private init; } = BusinessClock.Frozen(TestApp.Start);

        public BusinessClock StandbyClock { get; private init; } = BusinessClock.Frozen(TestApp.Start);

        public static async Task<Pair> Start(Storage storage)
        {
            var hub = $"Hub{Guid.NewGuid():N}"[..30];
            var (one, other) = (BusinessClock.Frozen(TestApp.Start), BusinessClock.Frozen(TestApp.Start));
            var owner = await Host(storage, hub, one);
            return new() { Hub = hub, Owner = owner, Standby = await Host(storage, hub, other), OwnerClock = one, StandbyClock = other };
        }

        public static Task<RunningHost> Host(
            Storage storage, string hub, TimeProvider leaseClock, params (string Name, string Value)[] settings) => RunningHost.StartAsync(
            TestApp.Options(
                TestApp.Of(typeof(Cases), static builder => builder.Services.AddSingleton<Seen>()),
                [
                    ("AzureWebJobsStorage", storage.ConnectionString),
                    ("AzureFunctionsJobHost__extensions__durableTask__hubName", hub),
                    .. settings,
                ]) with
            {
                BrokerConfig = storage.BrokerConfig,
                LeaseClock = leaseClock,
                TestHooks = true,
            });

        public ConcurrentQueue<string> Seen(RunningHost host) => host.Services.GetRequiredService<Seen>().Lines;

        /// <summary>Asks the standby, or the host named.</summary>
        public async Task<(int Status, string Body)> Ask(HttpMethod method, string path, RunningHost? host = null)
        {
            using var client = (host ?? Standby).Client();
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            using var answer = await client.SendAsync(request);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        /// <summary>To the standby's own broker.</summary>
        public async Task Send(string queue)
        {
            await using var client = new ServiceBusClient(Standby.Settings["ServiceBusConnection"]!);
            await using var sender = client.CreateSender(queue);
            await sender.SendMessageAsync(new ServiceBusMessage("a"));
        }

        /// <summary>Lets the time of a host's lease pass, from alarm to alarm, until something has come of it.</summary>
        public async Task Until(Task done, BusinessClock clock)
        {
            using var limit = new CancellationTokenSource(Patience);
            while (!done.IsCompleted)
            {
                limit.Token.ThrowIfCancellationRequested();
                if (clock.NextDue is { } due)
                {
                    clock.AdvanceTo(due);
                }

                await Task.Yield();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Owner.DisposeAsync();
            await Standby.DisposeAsync();
        }
    }

    /// <summary>One Azurite for all tests here; every test has a hub of its own.</summary>
    public sealed class Storage : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("worker-standby-").FullName;
        private Azurite? _azurite;

        public string ConnectionString => _azurite!.ConnectionString;

        public string BrokerConfig => Path.Combine(_folder, "queues.json");

        public async Task InitializeAsync()
        {
            await File.WriteAllTextAsync(BrokerConfig, Queues);
            _azurite = await Azurite.StartAsync(new() { Folder = Path.Combine(_folder, "azurite"), InMemory = true });
        }

        public async Task DisposeAsync()
        {
            await _azurite!.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
