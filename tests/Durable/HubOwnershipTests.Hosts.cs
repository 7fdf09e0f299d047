using Azure.Core;
using Azure.Storage.Blobs;
using Durable.Tests.Twins;
using LocalHost;
using LocalHost.Clock;
using LocalHost.Durable.Ownership;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Durable.Tests;

public sealed partial class HubOwnershipTests
{
    /// <summary>One host's view of the hub, and its clock.</summary>
    internal sealed class Host(HubOwnership ownership, LeaseRequests requests, BusinessClock clock) : IAsyncDisposable
    {
        public HubOwnership Ownership => ownership;

        public LeaseRequests Requests => requests;

        public BusinessClock Clock => clock;

        /// <summary>Waits until the host waits for its clock, and jumps there. How far that was.</summary>
        public async Task<TimeSpan> ToNextAlarm(bool advance = true)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (clock.NextDue is null)
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            var due = clock.NextDue.Value;
            var far = due - clock.GetUtcNow();
            if (advance)
            {
                clock.AdvanceTo(due);
            }

            return far;
        }

        public ValueTask DisposeAsync() => ownership.DisposeAsync();
    }

    /// <summary>A task hub of one test.</summary>
    internal sealed class Hub(string connection, string container)
    {
        public HubLease Lease(LeaseRequests requests)
        {
            var options = HubLease.Options();
            options.AddPolicy(requests, HttpPipelinePosition.PerRetry);
            return new(new BlobContainerClient(connection, container, options), Length);
        }

        public Host Host(LogLines? lines = null)
        {
            var requests = new LeaseRequests();
            var clock = BusinessClock.Frozen(DurableHost.Start);
            var log = ((ILoggerFactory?)lines ?? NullLoggerFactory.Instance).CreateLogger<HubOwnership>();
            return new(new("Hub", Lease(requests), Length, clock, log), requests, clock);
        }
    }

    /// <summary>One Azurite for all tests here.</summary>
    public sealed class Blobs : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("durable-lease-").FullName;
        private Azurite? _azurite;

        internal TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

        internal Hub NewHub() => new(_azurite!.ConnectionString, $"hub{Guid.NewGuid():N}");

        public async Task InitializeAsync() => _azurite = await Azurite.StartAsync(new() { Folder = _folder, InMemory = true });

        public async Task DisposeAsync()
        {
            await _azurite!.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
