import java.nio.charset.StandardCharsets;

import com.github.luben.zstd.Zstd;
import net.jpountz.lz4.LZ4Factory;
import org.rocksdb.RocksDB;
import org.xerial.snappy.Snappy;

/// A step of the image build. It loads every native library as the service does, with no directory to unpack one to.
final class NativesCheck {
    private NativesCheck() {}

    static void main() throws Exception {
        byte[] bytes = "a goal, a goal, a goal".getBytes(StandardCharsets.UTF_8);
        RocksDB.loadLibrary();
        Snappy.compress(bytes);
        Zstd.compress(bytes);
        LZ4Factory.nativeInstance().fastCompressor().compress(bytes);
        System.out.println("native code is found: RocksDB " + RocksDB.rocksdbVersion() + ", snappy, zstd, lz4");
    }
}
