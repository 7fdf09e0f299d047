using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace LocalHost.Durable.Ownership;

/// <summary>
/// The lease of a task hub: on the blob "owner" of the container "{hub}-applease", whose metadata name the owner. Every call is one attempt; it
/// throws <see cref="RequestFailedException"/>, or what the transport throws, where the storage does not answer.
/// </summary>
internal sealed class HubLease
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _length;
    private readonly BlobContainerClient _container;
    private readonly BlobClient _blob;
    private readonly BlobLeaseClient _lease;

    /// <param name="container">Where its blob is; made where it does not exist.</param>
    /// <param name="length">15 to 60 s: how long the hub stays an owner's that has fallen silent.</param>
    public HubLease(BlobContainerClient container, TimeSpan length)
    {
        (_container, _length) = (container, length);
        _blob = _container.GetBlobClient("owner");

        // The same id at every attempt: a lease that was got without an answer is got again.
        _lease = _blob.GetBlobLeaseClient(Guid.NewGuid().ToString());
    }

    /// <exception cref="FormatException">It is no connection string of a storage with blobs.</exception>
    public static HubLease In(string connectionString, string hub, TimeSpan length) =>
        new(new BlobContainerClient(connectionString, $"{hub.ToLowerInvariant()}-applease", Options()), length);

    /// <summary>Takes the lease and writes who owns it. False: somebody else has it.</summary>
    public async Task<bool> TryTakeAsync(HubOwner owner, CancellationToken cancellation)
    {
        try
        {
            await AcquireAsync(cancellation);
            await _blob.SetMetadataAsync(owner.ToMetadata(), new BlobRequestConditions { LeaseId = _lease.LeaseId }, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <summary>False: somebody else has taken the lease, or the blob is gone.</summary>
    public async Task<bool> TryRenewAsync(CancellationToken cancellation)
    {
        try
        {
            await _lease.RenewAsync(cancellationToken: cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    /// <summary>Gives the lease back where it is still this one's.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        try
        {
            await _lease.ReleaseAsync(cancellationToken: cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            // Somebody else has it: there is nothing to give.
        }
    }

    /// <summary>Who has taken the lease last, or null; the tag changes with every owner.</summary>
    public async Task<(HubOwner? Owner, ETag Tag)> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var properties = await _blob.GetPropertiesAsync(cancellationToken: cancellation);
            return (HubOwner.From(properties.Value.Metadata), properties.Value.ETag);
        }
        catch (RequestFailedException e) when (e.Status is 404)
        {
            return default;
        }
    }

    /// <summary>
    /// Ends the lease of an owner that has ended. Only while the tag says that the lease is still that owner's: one that takes the lease writes
    /// its name under it before it does anything else, so either this fails or that does.
    /// </summary>
    public async Task<bool> TryBreakAsync(ETag tag, CancellationToken cancellation)
    {
        try
        {
            await _lease.BreakAsync(TimeSpan.Zero, new RequestConditions { IfMatch = tag }, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private async Task AcquireAsync(CancellationToken cancellation)
    {
        try
        {
            await _lease.AcquireAsync(_length, cancellationToken: cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 404)
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancellation);
            await MakeBlobAsync(cancellation);
            await _lease.AcquireAsync(_length, cancellationToken: cancellation);
        }
    }

    private async Task MakeBlobAsync(CancellationToken cancellation)
    {
        try
        {
            var once = new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } };
            await _blob.UploadAsync(BinaryData.FromString(""), once, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // Another host was as fast: the blob is there.
        }
    }

    /// <summary>Attempts are short, and whoever needs another one makes it: a lease that runs out must not be waited for.</summary>
    internal static BlobClientOptions Options() => new(BlobClientOptions.ServiceVersion.V2024_11_04)
    {
        Retry = { MaxRetries = 0, NetworkTimeout = Patience },
    };
}
