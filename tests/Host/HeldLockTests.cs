using System.Collections.Concurrent;
using System.Diagnostics;
using FunctionsHosting.Storage;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.Logging.Abstractions;

#pragma warning disable CS0618 // The lock manager: see HeldLock.

namespace Host.Tests;

/// <summary>One of several hosts has a lock, and what lives by it; another goes on when that one is gone.</summary>
public sealed class HeldLockTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_first_has_it_and_the_second_gets_it_when_the_first_has_ended_what_lived_by_it()
    {
        var locks = new MemoryLocks();
        var lives = new BlockingCollection<string>();
        var refused = new ConcurrentQueue<string>();
        var first = Lock(locks, "first", lives);
        var second = Lock(locks, "second", lives, refused);
        await first.Keep();
        await second.Keep();

        await first.DisposeAsync();

        Assert.Equal(["first begins", "first ends", "second begins"], Enumerable.Range(0, 3).Select(_ => Next(lives)));
        await second.DisposeAsync();
        Assert.Equal("second ends", Next(lives));
        Assert.All(refused, static owner => Assert.Equal("first", owner));
        Assert.NotEmpty(refused);
        Assert.Null(locks.Owner);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_lives_by_a_lock_that_cannot_be_renewed_is_ended_and_begins_again_with_the_lock(bool storageSaysSo)
    {
        var locks = new MemoryLocks();
        var lives = new BlockingCollection<string>();
        await using var held = Lock(locks, "one", lives);
        await held.Keep();

        locks.Renewal = storageSaysSo ? static () => false : static () => throw new TimeoutException();
        Assert.Equal(["one begins", "one ends"], Enumerable.Range(0, 2).Select(_ => Next(lives)));
        locks.Renewal = static () => true;

        Assert.Equal("one begins", Next(lives));
    }

    [Fact]
    public async Task A_storage_that_is_away_at_first_is_asked_again()
    {
        var locks = new MemoryLocks { IsAway = true };
        var lives = new BlockingCollection<string>();
        await using var held = Lock(locks, "one", lives);
        await held.Keep();
        Assert.Empty(lives);

        locks.IsAway = false;

        Assert.Equal("one begins", Next(lives));
    }

    private static HeldLock Lock(MemoryLocks locks, string owner, BlockingCollection<string> lives, ConcurrentQueue<string>? refused = null) =>
        new(locks, account: null, "lock", owner, TimeSpan.FromSeconds(3), "a test", NullLogger.Instance)
        {
            WhenWon = () => new Life(owner, lives),
            WhenRefused = refused is null ? null : refused.Enqueue,
        };

    private static string? Next(BlockingCollection<string> lives) => lives.TryTake(out var line, Patience) ? line : null;

    private sealed class Life : IAsyncDisposable
    {
        private readonly string _owner;
        private readonly BlockingCollection<string> _lines;

        public Life(string owner, BlockingCollection<string> lines)
        {
            (_owner, _lines) = (owner, lines);
            lines.Add($"{owner} begins");
        }

        public ValueTask DisposeAsync()
        {
            _lines.Add($"{_owner} ends");
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Locks that end by themselves when they are not renewed.</summary>
    private sealed class MemoryLocks : IDistributedLockManager
    {
        private readonly Lock _gate = new();
        private Held? _held;

        public bool IsAway { get; set; }

        public Func<bool> Renewal { get; set; } = static () => true;

        public string? Owner => _held?.Owner;

        public Task<string> GetLockOwnerAsync(string account, string lockId, CancellationToken cancellationToken) => Task.FromResult(Owner!);

        public Task ReleaseLockAsync(IDistributedLock lockHandle, CancellationToken cancellationToken)
        {
            using var locked = _gate.EnterScope();
            _held = _held == lockHandle ? null : _held;
            return Task.CompletedTask;
        }

        public Task<bool> RenewAsync(IDistributedLock lockHandle, CancellationToken cancellationToken)
        {
            using var locked = _gate.EnterScope();
            var isRenewed = Renewal() && _held == lockHandle;
            ((Held)lockHandle).Renewed = isRenewed ? Stopwatch.GetTimestamp() : ((Held)lockHandle).Renewed;
            return Task.FromResult(isRenewed);
        }

        public Task<IDistributedLock> TryLockAsync(
            string account, string lockId, string lockOwnerId, string proposedLeaseId, TimeSpan lockPeriod, CancellationToken cancellationToken)
        {
            using var locked = _gate.EnterScope();
            if (IsAway)
            {
                throw new TimeoutException("The storage is away.");
            }

            if (_held is not null && Stopwatch.GetElapsedTime(_held.Renewed) < lockPeriod)
            {
                return Task.FromResult<IDistributedLock>(null!);
            }

            _held = new(lockId, lockOwnerId);
            return Task.FromResult<IDistributedLock>(_held);
        }

        private sealed class Held(string lockId, string owner) : IDistributedLock
        {
            public string LockId => lockId;

            public string Owner => owner;

            public long Renewed { get; set; } = Stopwatch.GetTimestamp();
        }
    }
}
