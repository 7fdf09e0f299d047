using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace LocalHost.Durable.Storage;

/// <summary>Large values as blobs of one container, which is made with the first of them: a hub without large values has none.</summary>
internal sealed class BlobLargeValues(BlobContainerClient container) : ILargeValues
{
    public async Task WriteAsync(string name, byte[] value, CancellationToken cancellation)
    {
        var blob = container.GetBlobClient(name);
        try
        {
            await WriteAsync(blob, value, cancellation);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
            await WriteAsync(blob, value, cancellation);
        }
    }

    public async Task<byte[]?> ReadAsync(string name, CancellationToken cancellation)
    {
        try
        {
            var found = await container.GetBlobClient(name).DownloadContentAsync(cancellation);
            return found.Value.Content.ToArray();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellation) =>
        container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellation);

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation)
    {
        List<string> names = [];
        try
        {
            await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancellation))
            {
                names.Add(blob.Name);
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // No large value was ever written.
        }

        return names;
    }

    private static async Task WriteAsync(BlobClient blob, byte[] value, CancellationToken cancellation)
    {
        var onlyNew = new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } };
        try
        {
            await blob.UploadAsync(BinaryData.FromBytes(value), onlyNew, cancellation);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // An attempt of our own whose answer was lost: nobody else knows the name.
        }
    }
}
